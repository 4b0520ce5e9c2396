import { asObject, nameOf, objectAt, readDocument } from '../contract/openapi-validator.ts'
import type { DocumentName } from '../contract/openapi-validator.ts'

type Json = Record<string, unknown>

/** Everything of a document that a message can be or a webhook can bring. */
export interface DocumentOutline {
  /** `POST /omni/1/advanced` */
  endpoints: string[]
  webhooks: string[]
  /** `WhatsAppInboundContent.TEXT`: the schema and each value of its discriminator. */
  variants: string[]
}

export function outline(directory: string, name: DocumentName): DocumentOutline {
  const document = readDocument(directory, name)
  const endpoints = Object.entries(objectAt(document, 'paths')).flatMap(([path, operations]) =>
    Object.keys(asObject(operations))
      .filter((method) => method !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  const variants = Object.entries(objectAt(objectAt(document, 'components'), 'schemas')).flatMap(([key, schema]) =>
    Object.keys(mappingOf(asObject(schema))).map((value) => `${nameOf(key)}.${value}`),
  )
  return { endpoints, webhooks: Object.keys(asObject(document.webhooks ?? {})), variants }
}

/** The variants that a body makes use of, as the schema of the endpoint leads through it. */
export function variantsIn(directory: string, name: DocumentName, path: string, body: unknown): Set<string> {
  const document = readDocument(directory, name)
  const schemas = objectAt(objectAt(document, 'components'), 'schemas')
  const post = objectAt(objectAt(objectAt(document, 'paths'), path), 'post')
  const root = objectAt(objectAt(objectAt(objectAt(post, 'requestBody'), 'content'), 'application/json'), 'schema')
  const found = new Set<string>()
  walk(root, body, schemas, found)
  return found
}

function walk(schema: Json, value: unknown, schemas: Json, found: Set<string>): void {
  if (typeof schema.$ref === 'string') {
    const key = keyOf(schema.$ref)
    const target = objectAt(schemas, key)
    const variant = variantOf(target, value)
    if (variant !== undefined && target.oneOf === undefined) {
      const name = `${nameOf(key)}.${variant.value}`
      // A variant is built on its base by allOf: the second time round there is nothing new.
      if (!found.has(name)) {
        found.add(name)
        walk({ $ref: variant.reference }, value, schemas, found)
      } else walk(objectAt(schemas, keyOf(variant.reference)), value, schemas, found)
    }
    walkParts(target, value, schemas, found)
    return
  }
  walkParts(schema, value, schemas, found)
}

function walkParts(schema: Json, value: unknown, schemas: Json, found: Set<string>): void {
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const parts = schema[keyword]
    if (!Array.isArray(parts)) continue
    for (const part of parts.map(asObject)) {
      // The base of a variant leads back to the variant; its own fields are all that is of interest.
      if (keyword === 'allOf' && typeof part.$ref === 'string')
        walkParts(withoutParts(objectAt(schemas, keyOf(part.$ref))), value, schemas, found)
      else walk(part, value, schemas, found)
    }
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const item of value) walk(asObject(schema.items), item, schemas, found)
  }
  if (typeof value !== 'object' || value === null || schema.properties === undefined) return
  const properties = asObject(schema.properties)
  for (const [name, member] of Object.entries(value)) {
    const field = properties[name]
    if (field !== undefined) walk(asObject(field), member, schemas, found)
  }
}

function withoutParts(schema: Json): Json {
  return { properties: schema.properties ?? {} }
}

function variantOf(schema: Json, value: unknown): { value: string; reference: string } | undefined {
  const mapping = mappingOf(schema)
  if (Object.keys(mapping).length === 0 || typeof value !== 'object' || value === null) return undefined
  const name = asObject(value)[String(asObject(schema.discriminator).propertyName)]
  const reference = typeof name === 'string' ? mapping[name] : undefined
  return typeof name === 'string' && typeof reference === 'string' ? { value: name, reference } : undefined
}

function mappingOf(schema: Json): Json {
  return schema.discriminator === undefined ? {} : asObject(asObject(schema.discriminator).mapping ?? {})
}

function keyOf(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}
