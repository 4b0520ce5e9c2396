import { z } from 'zod'
import { dataSchemaOf } from '../src/codec/encode-event.ts'
import { commandContents } from '../src/commands/content.ts'
import { commandRegistry, commandTypes } from '../src/commands/commands.ts'
import { contents } from '../src/events/content.ts'
import { eventRegistry, eventTypes } from '../src/events/registry.ts'

export type JsonSchema = z.core.JSONSchema.JSONSchema

/** JSON Schemas (draft-07) of every event and command, by type. They are open: a later version may add fields. */
export function jsonSchemas(): Map<string, JsonSchema> {
  const schemas = new Map<string, JsonSchema>()
  for (const type of eventTypes) {
    const { schema, about } = eventRegistry[type]
    schemas.set(type, named(type, about, toJsonSchema(schema)))
  }
  for (const type of commandTypes) {
    const { schema, about } = commandRegistry[type]
    schemas.set(type, named(type, about, nullable(toJsonSchema(schema))))
  }
  return schemas
}

/** The kinds of content, each on its own, for the documentation. */
export function contentSchemas(of: 'events' | 'commands'): Map<string, JsonSchema> {
  const kinds: Record<string, z.ZodType> = of === 'events' ? contents : commandContents
  return new Map(Object.entries(kinds).map(([type, schema]) => [type, toJsonSchema(schema)]))
}

export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-07',
    io: 'input',
    unrepresentable: 'any',
  })
  return rest
}

function named(type: string, about: string, schema: JsonSchema): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: dataSchemaOf(type),
    title: type,
    description: about,
    ...schema,
  }
}

/** In a command null is the same as absent, so every optional field may be null. */
function nullable(schema: JsonSchema): JsonSchema {
  // A walk over plain JSON: what comes back has the form of what went in.
  return walk(schema) as JsonSchema
}

function walk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null) return value
  const walked = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)]))
  const { properties, required } = walked as { properties?: Record<string, unknown>; required?: string[] }
  if (typeof properties !== 'object') return walked
  const optional = Object.entries(properties).map(([name, property]) => [
    name,
    required?.includes(name) === true ? property : orNull(property),
  ])
  return { ...walked, properties: Object.fromEntries(optional) }
}

function orNull(property: unknown): unknown {
  const { description, ...rest } = property as { description?: string }
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] }
}
