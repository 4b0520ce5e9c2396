import type { JsonSchema } from './json-schemas.ts'

const PLAIN = ['string', 'number', 'integer', 'boolean'] as const

/** A type as languages with classes have it. `any` is any JSON. */
export type Shape =
  | { readonly kind: (typeof PLAIN)[number] | 'any' }
  | { readonly kind: 'literal'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'either'; readonly of: readonly Shape[] }
  | { readonly kind: 'named'; readonly name: string }

export interface Field {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly text: string | undefined
}

/** `tag`: the value of `type` by which a member of a union is told. */
export interface Record {
  readonly kind: 'record'
  readonly name: string
  readonly fields: readonly Field[]
  readonly tag: string | undefined
}

export interface Union {
  readonly kind: 'union'
  readonly name: string
  readonly members: readonly Record[]
}

/** The schema's types with names: what is used comes before what uses it, the schema itself last. */
export function shapesOf(name: string, schema: JsonSchema): (Record | Union)[] {
  const named = new Map<string, Record | Union>()
  const bySchema = new Map<string, string>()
  nameObject(schema, name, '')
  return [...named.values()]

  function shapeOf(given: JsonSchema | boolean | undefined, hint: string, parent: string): Shape {
    if (typeof given !== 'object') return { kind: 'any' }
    const { description: _text, ...schema } = given
    const branches = (schema.oneOf ?? schema.anyOf)?.filter(
      (one): one is JsonSchema => typeof one === 'object' && one.type !== 'null',
    )
    if (branches !== undefined) return branchesShape(branches, hint, parent)
    const only = schema.const === undefined ? schema.enum : [schema.const]
    if (only?.every((one) => typeof one === 'string') === true) return { kind: 'literal', values: only }
    if (schema.type === 'array') return { kind: 'list', of: shapeOf(itemsOf(schema), singular(hint), parent) }
    if (schema.properties !== undefined) return { kind: 'named', name: nameObject(schema, hint, parent) }
    if (schema.type === 'object') return { kind: 'map', of: shapeOf(schema.additionalProperties, hint, parent) }
    const plain = PLAIN.find((one) => one === schema.type)
    return { kind: plain ?? 'any' }
  }

  function branchesShape(branches: readonly JsonSchema[], hint: string, parent: string): Shape {
    const [first] = branches
    if (branches.length === 1) return shapeOf(first, hint, parent)
    if (branches.every((one) => tagOf(one) !== undefined))
      return { kind: 'named', name: nameUnion(branches, hint, parent) }
    if (branches.every((one) => one.properties !== undefined)) return shapeOf(merged(branches), hint, parent)
    return { kind: 'either', of: branches.map((one) => shapeOf(one, `${pascal(tagOf(one) ?? '')}${hint}`, parent)) }
  }

  function nameObject(schema: JsonSchema, hint: string, parent: string): string {
    return once(schema, hint, parent, (own) => ({
      kind: 'record',
      name: own,
      fields: fieldsOf(schema, own),
      tag: undefined,
    }))
  }

  function nameUnion(branches: readonly JsonSchema[], hint: string, parent: string): string {
    return once({ oneOf: [...branches] }, hint, parent, (own) => {
      const members = branches.map((branch): Record => {
        const tag = tagOf(branch)
        const member = reserve(`${pascal(tag ?? '')}${own}`, own)
        return {
          kind: 'record',
          name: member,
          fields: fieldsOf(branch, member).filter(({ name }) => name !== 'type'),
          tag,
        }
      })
      return { kind: 'union', name: own, members }
    })
  }

  /** The same schema has the same name, wherever it is met. */
  function once(schema: JsonSchema, hint: string, parent: string, make: (own: string) => Record | Union): string {
    const text = JSON.stringify(schema)
    const known = bySchema.get(text)
    if (known !== undefined) return known
    const own = reserve(hint, parent)
    bySchema.set(text, own)
    named.set(own, make(own))
    return own
  }

  function reserve(hint: string, parent: string): string {
    const taken = new Set([
      ...bySchema.values(),
      ...[...named.values()].flatMap((one) => (one.kind === 'union' ? one.members.map(({ name }) => name) : [])),
    ])
    for (let own = hint; ; own = `${parent}${own}`) if (!taken.has(own)) return own
  }

  function fieldsOf({ properties = {}, required = [] }: JsonSchema, parent: string): Field[] {
    return Object.entries(properties).map(([name, property]) => ({
      name,
      shape: shapeOf(property, pascal(name), parent),
      required: required.includes(name),
      text: typeof property === 'object' ? property.description : undefined,
    }))
  }
}

/** Alternatives without a kind are one object, of which that is always there that all have. */
function merged(branches: readonly JsonSchema[]): JsonSchema {
  const [first, ...rest] = branches.map(({ required = [] }) => required)
  return {
    type: 'object',
    properties: Object.assign({}, ...branches.map(({ properties }) => properties)) as NonNullable<
      JsonSchema['properties']
    >,
    required: (first ?? []).filter((name) => rest.every((one) => one.includes(name))),
  }
}

function tagOf({ properties }: JsonSchema): string | undefined {
  const kind = properties?.['type']
  return typeof kind === 'object' && typeof kind.const === 'string' ? kind.const : undefined
}

function itemsOf({ items }: JsonSchema): JsonSchema | undefined {
  return typeof items === 'object' && !Array.isArray(items) ? items : undefined
}

function singular(name: string): string {
  return name.endsWith('sses') ? name.slice(0, -2) : name.replace(/s$/, '')
}

export function pascal(name: string): string {
  return name.replaceAll(/(?:^|[._-])([a-z])/g, (_all, letter: string) => letter.toUpperCase())
}
