import type { JsonSchema } from '../src/openapi/set-aside.ts'
import type { Random } from '../src/random.ts'

/** Makes values from a document's schema: mostly right, at the edges of its limits, now and then one step beyond. */
export function createSampler(random: Random, schemas: Record<string, JsonSchema>) {
  const pick = <T>(values: readonly T[]): T => {
    const value = values[random.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }

  const sample = (schema: JsonSchema, depth = 0): unknown => {
    if (schema.$ref !== undefined) return sample(named(schema.$ref), depth)
    if (schema.discriminator !== undefined) {
      const [value, ref] = pick(Object.entries(schema.discriminator.mapping))
      const subtype = sample(withoutDiscriminator(named(ref)), depth)
      const own = asRecord(sample(withoutDiscriminator(schema), depth))
      return { ...own, ...asRecord(subtype), [schema.discriminator.propertyName]: value }
    }
    const alternatives = schema.oneOf ?? (schema.anyOf as JsonSchema[] | undefined)
    if (alternatives !== undefined) return sample(pick(alternatives), depth)
    if (Array.isArray(schema.enum)) return pick(schema.enum)
    if (schema.allOf !== undefined || schema.properties !== undefined || schema.type === 'object')
      return objectOf(schema, depth)
    switch (schema.type) {
      case 'array': {
        const least = Number(schema.minItems ?? 0)
        const most = Number(schema.maxItems ?? least + 2)
        const length = Math.min(most, least + random.below(3))
        return Array.from({ length }, () => sample(schema.items ?? {}, depth + 1))
      }
      case 'boolean':
        return random.chance(0.5)
      case 'integer':
        return numberIn(schema, true)
      case 'number':
        return numberIn(schema, false)
      default:
        return textOf(schema)
    }
  }

  const named = (ref: string): JsonSchema => schemas[ref.split('/').at(-1) ?? ''] ?? {}

  const objectOf = (schema: JsonSchema, depth: number): Record<string, unknown> => {
    const flat = flatten(schema)
    const value: Record<string, unknown> = {}
    for (const [name, property] of Object.entries(flat.properties ?? {})) {
      const required = flat.required?.includes(name) === true
      if (required || random.chance(depth > 5 ? 0.1 : 0.4)) value[name] = sample(property, depth + 1)
    }
    const more = schema.additionalProperties
    if (typeof more === 'object' && more !== null) value.extra = sample(more as JsonSchema, depth + 1)
    return value
  }

  /** The schema with what it takes over from others. */
  const flatten = (schema: JsonSchema): JsonSchema => {
    const parts = (schema.allOf ?? []).map((one) => flatten(one.$ref === undefined ? one : named(one.$ref)))
    return {
      properties: Object.assign({}, ...parts.map((part) => part.properties ?? {}), schema.properties),
      required: [...parts.flatMap((part) => part.required ?? []), ...(schema.required ?? [])],
    }
  }

  const numberIn = (schema: JsonSchema, whole: boolean): number => {
    const least = Number(schema.minimum ?? 0)
    const most = Number(schema.maximum ?? least + 1000)
    return pick([
      least,
      most,
      least + 1,
      whole ? least + random.below(most - least + 1) : least + random.next() * (most - least),
    ])
  }

  const textOf = ({ minLength, maxLength, pattern, format }: JsonSchema): string => {
    if (format === 'date-time')
      return pick(['2026-03-01T10:00:00.000+0000', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00.5+02:00'])
    if (typeof pattern === 'string') return pick(PATTERNS[pattern] ?? ['0'])
    const least = Number(minLength ?? 0)
    const most = Number(maxLength ?? least + 20)
    if (most > 10_000) return 'text'
    const length = pick([
      least,
      Math.min(most, least + 1 + random.below(8)),
      Math.min(most, least + 1 + random.below(8)),
      most,
    ])
    const extra = random.chance(0.03) ? 1 : 0
    return random.chance(0.1) ? '😀'.repeat(length + extra) : random.text(length + extra)
  }

  return { sample, mutate: (value: unknown) => mutate(value, random) }
}

const withoutDiscriminator = (schema: JsonSchema): JsonSchema => {
  const { discriminator, ...rest } = schema
  return discriminator === undefined ? schema : rest
}

/** A text for each of the documents' patterns, and one that breaks it. */
const PATTERNS: Record<string, string[]> = {
  '[A-Za-z0-9\\-_.]{1,35}': ['order-1', '', '!!!', 'a'.repeat(40)],
  '^[0-9]{6}$': ['400001', '4000', 'abcdef'],
  '^(https?)://.*$': ['https://example.com/a', 'ftp://example.com', 'x https://'],
  '^\\+?[0-9]\\d{1,14}$': ['+391234567', '39', 'phone'],
  '^[A-Z]{2}$': ['IT', 'ITA'],
  '^[A-Z]{3}$': ['EUR', 'eu'],
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Breaks one thing somewhere in a copy of the value. */
function mutate(value: unknown, random: Random): unknown {
  const copy: unknown = structuredClone(value)
  const places: { holder: Record<string, unknown>; key: string }[] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const holder = node as Record<string, unknown> // arrays too: their keys are their indexes
    for (const key of Object.keys(holder)) {
      places.push({ holder, key })
      walk(holder[key])
    }
  }
  walk(copy)
  const place = places[random.below(places.length)]
  if (place === undefined) return random.chance(0.5) ? null : []
  const { holder, key } = place
  const old = holder[key]
  const changes: (() => void)[] = [
    () => void (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]),
    () => void (holder[key] = typeof old === 'string' ? 42 : 'text'),
    () => void (holder[key] = null),
    () => void (holder[key] = Array.isArray(old) ? {} : []),
    () => void (holder[key] = typeof old === 'object' ? true : { a: 1 }),
    () =>
      void (holder[key] =
        typeof old === 'number' ? [-1, 1.5, 91, 181, 2 ** 31, 1e9][random.below(6)] : random.text(5000)),
    () => void (holder[key] = typeof old === 'string' ? '' : old),
    () =>
      void (holder[key] = Array.isArray(old) ? Array.from({ length: 12 }, () => structuredClone(old[0] ?? 'x')) : old),
    () => void (holder.unheardOf = { of: 'nobody' }),
    () => void (holder[key] = typeof old === 'string' && /^[A-Z_]+$/.test(old) ? 'NO_SUCH_WORD' : old),
  ]
  changes[random.below(changes.length)]?.()
  return copy
}
