import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { deviations } from './openapi-deviations.ts'
import type { Deviation } from './openapi-deviations.ts'

type Json = Record<string, unknown>
export type DocumentName = Deviation['document']

/** Where Infobip's OpenAPI documents are; without it the contract tests are skipped. */
export const openApiDirectory = process.env.INFOBIP_OPENAPI_DIR

export function readDocument(directory: string, name: string): Json {
  // The documents are JSON objects; a test that reads something else fails at its first look-up.
  return JSON.parse(readFileSync(join(directory, `${name}.openapi.json`), 'utf8')) as Json
}

/**
 * Validates bodies against a document's schemas, closed: a field that the schema does not know is an error, so that a
 * misspelt name cannot pass. A schema with a discriminator stands for the variant that its value names.
 */
export function createValidator(directory: string, name: DocumentName) {
  const document = readDocument(directory, name)
  const schemas = objectAt(objectAt(document, 'components'), 'schemas')
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
  // The module's types are CommonJS's; its default export is the plugin itself.
  ;(addFormats as unknown as (ajv: Ajv2020) => void)(ajv)
  const $defs = Object.fromEntries(
    Object.entries(schemas).flatMap(([key, schema]) => {
      const open = translate(applyDeviations(name, key, asObject(schema)), schemas, false)
      return [
        [`open ${key}`, open],
        [key, closed(key, asObject(schema))],
      ]
    }),
  )
  ajv.addSchema({ $id: name, $defs })
  return (path: string, body: unknown): string[] => {
    const check = ajv.getSchema(`${name}#/$defs/${encodeURIComponent(requestSchema(document, path))}`)
    if (check === undefined) throw new Error(`${name} has no schema for ${path}`)
    return check(body)
      ? []
      : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)
  }
}

/** The key of the schema of a POST's body. */
function requestSchema(document: Json, path: string): string {
  const post = objectAt(objectAt(objectAt(document, 'paths'), path), 'post')
  const schema = objectAt(objectAt(objectAt(objectAt(post, 'requestBody'), 'content'), 'application/json'), 'schema')
  return keyOf(schema)
}

/** A schema as a value may use it: the variant that its discriminator names, and no field that nobody declared. */
function closed(key: string, schema: Json): Json {
  const { discriminator } = schema
  const mapping =
    schema.oneOf === undefined && discriminator !== undefined ? objectAt(asObject(discriminator), 'mapping') : {}
  const property = String(asObject(discriminator ?? {}).propertyName)
  const variants = Object.entries(mapping).map(([value, reference]) => ({
    if: { properties: { [property]: { const: value } }, required: [property] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { $ref: openReference(String(reference)) },
  }))
  return {
    allOf: [
      { $ref: openReference(`/${key}`) },
      ...(variants.length === 0
        ? []
        : [{ required: [property], properties: { [property]: { enum: Object.keys(mapping) } } }]),
      ...variants,
    ],
    ...(isObjectSchema(schema) && schema.oneOf === undefined ? { unevaluatedProperties: false } : {}),
  }
}

/** Copies a schema with its references led into `$defs`: to the open form inside `allOf`, else to the closed one. */
function translate(schema: unknown, schemas: Json, inAllOf: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((item) => translate(item, schemas, inAllOf))
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema)
    return { $ref: inAllOf ? openReference(String(schema.$ref)) : closedReference(String(schema.$ref)) }
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !['discriminator', 'example', 'examples', 'description', 'title', 'xml'].includes(keyword))
      .map(([keyword, value]) => [
        keyword,
        keyword === 'properties'
          ? Object.fromEntries(
              Object.entries(asObject(value)).map(([field, inner]) => [field, translate(inner, schemas, false)]),
            )
          : keyword === 'required' || keyword === 'enum' || keyword === 'default'
            ? value
            : translate(value, schemas, keyword === 'allOf'),
      ]),
  )
}

function applyDeviations(document: DocumentName, key: string, schema: Json): Json {
  const found = deviations.filter((deviation) => deviation.document === document && nameOf(key) === deviation.schema)
  return found.reduce((current, { rule }) => {
    if (rule.at === 'required') return { ...current, required: rule.instead }
    return JSON.parse(
      JSON.stringify(current, (field, value: unknown) =>
        field === rule.of ? { ...asObject(value), additionalProperties: true } : value,
      ),
    ) as Json // a copy of an object is one
  }, schema)
}

/** Schemas are called by a hash and their name. */
export function nameOf(key: string): string {
  return key.replace(/^[0-9a-f]{60,64}\./u, '')
}

function keyOf(schema: Json): string {
  return String(schema.$ref).split('/').at(-1) ?? ''
}

const openReference = (reference: string): string =>
  `#/$defs/${encodeURIComponent(`open ${reference.split('/').at(-1)}`)}`
const closedReference = (reference: string): string =>
  `#/$defs/${encodeURIComponent(reference.split('/').at(-1) ?? '')}`

function isObjectSchema(schema: Json): boolean {
  return schema.type === 'object' || schema.properties !== undefined || schema.allOf !== undefined
}

export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null) throw new Error('not an object')
  return value as Json // checked on the line above
}

export function objectAt(object: Json, name: string): Json {
  const found = object[name]
  if (found === undefined) throw new Error(`nothing at ${name}`)
  return asObject(found)
}
