import type { JsonSchema } from './set-aside.ts'

const PLAIN = '-plain'
const refTo = (name: string): string => `#/components/schemas/${name}`
const nameIn = (ref: string): string => ref.split('/').at(-1) ?? ref

/**
 * Puts OpenAPI's discriminators, which name subtypes that name their base again, into words that JSON Schema has:
 * the base asks for its property, and for the subtype that the property names; the subtypes ask for the base without that.
 */
export function withDiscriminators(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const bases = new Set(Object.keys(schemas).filter((name) => schemas[name]?.discriminator !== undefined))
  const subtypes = new Set(
    [...bases].flatMap((name) => Object.values(schemas[name]?.discriminator?.mapping ?? {}).map(nameIn)),
  )
  const result: Record<string, JsonSchema> = {}
  for (const [name, schema] of Object.entries(schemas)) {
    const own = subtypes.has(name) ? onPlainBases(schema, bases) : schema
    const { discriminator, ...plain } = own
    if (discriminator === undefined) {
      result[name] = own
      continue
    }
    const { propertyName, mapping } = discriminator
    result[name + PLAIN] = plain
    result[name] = {
      allOf: [
        { $ref: refTo(name + PLAIN) },
        { type: 'object', required: [propertyName], properties: { [propertyName]: { enum: Object.keys(mapping) } } },
        ...Object.entries(mapping).map(([value, ref]) => ({
          if: { required: [propertyName], properties: { [propertyName]: { const: value } } },
          // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
          then: { $ref: refTo(nameIn(ref)) },
        })),
      ],
    }
  }
  return result
}

function onPlainBases(schema: JsonSchema, bases: ReadonlySet<string>): JsonSchema {
  if (schema.allOf === undefined) return schema
  const allOf = schema.allOf.map((one) =>
    one.$ref !== undefined && bases.has(nameIn(one.$ref)) ? { $ref: one.$ref + PLAIN } : one,
  )
  return { ...schema, allOf }
}
