import { maskId, maskNumber, maskText } from './mask-text.ts'
import { type Place, type PlaceKind, rootPlace } from './mask-places.ts'

const HIDDEN = '***'

/**
 * JSON of which nothing is shown but what stands at a place where Infobip, or this system, puts facts of its own, and looks like one:
 * neither a value nor a name of what a customer or a business wrote. Text that is not JSON is hidden whole.
 */
export function maskJson(text: string): string {
  let value: unknown
  try {
    value = JSON.parse(text, keepDigits)
  } catch {
    return `[${Buffer.byteLength(text)} bytes that are not JSON]`
  }
  return JSON.stringify(maskValue(value, rootPlace))
}

// JSON.rawJSON writes a number back with the digits it came with: "0.000000" is not "0" to who compares amounts.
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value
}

function maskValue(value: unknown, place: Place): unknown {
  if (!Array.isArray(value)) return maskItem(value, place)
  return value.map((item: unknown) => (Array.isArray(item) ? HIDDEN : maskItem(item, place)))
}

function maskItem(value: unknown, place: Place): unknown {
  if (typeof value !== 'object' || value === null) return maskLeaf(value, place.kind)
  if (isRawJson(value)) return maskDigits(value, place.kind)
  if (place.below.size === 0) return HIDDEN
  // A null prototype: "__proto__" in a body is a key like any other.
  const masked: Record<string, unknown> = Object.assign(Object.create(null), {})
  for (const [name, item] of Object.entries(value)) {
    const below = place.below.get(name)
    // A name that nobody knows may be a number, or anything else that was typed.
    if (below === undefined) masked[HIDDEN] = HIDDEN
    else masked[name] = maskValue(item, below)
  }
  return masked
}

function maskLeaf(value: unknown, kind: PlaceKind): unknown {
  if (value === null || value === '') return value
  if (typeof value !== 'string') return kind === 'count' ? value : HIDDEN
  switch (kind) {
    case 'enum':
      return /^[A-Z][A-Z0-9_]{0,63}$/.test(value) && !/\d{5}/.test(value) ? value : HIDDEN
    case 'name':
      return /^[A-Za-z][\w.-]{0,99}$/.test(value) && !/\d{5}/.test(value) ? value : HIDDEN
    case 'count':
      return isCount(value) ? value : HIDDEN
    case 'date':
      return /^\d{4}-\d\d-\d\d[T ][\d:.]{5,18}(Z|[+-]\d\d:?\d\d)?$/.test(value) ? value : HIDDEN
    case 'id':
      return /^[\w.:=+/~-]{1,200}$/.test(value) ? maskId(value) : HIDDEN
    case 'number':
      return maskParty(value)
    case 'text':
      return maskText(value)
    case 'hidden':
      return HIDDEN
  }
}

function maskParty(value: string): string {
  if (/^\+?\d{7,15}$/.test(value)) return maskNumber(value)
  return /^[A-Z]{2}\./.test(value) ? `${value.slice(0, 3)}${HIDDEN}` : HIDDEN
}

function maskDigits(value: RawJson, kind: PlaceKind): unknown {
  const { rawJSON: source } = value
  if (kind === 'count') return isCount(source) ? value : HIDDEN
  if (kind === 'date') return /^1\d{9}(\d{3})?$/.test(source) ? value : HIDDEN
  if (kind === 'id') return /^\d{1,6}$/.test(source) ? value : HIDDEN
  return kind === 'number' && /^\d{7,15}$/.test(source) ? maskNumber(source) : HIDDEN
}

/** No number of a telephone is so short before its point. */
function isCount(source: string): boolean {
  return /^-?\d{1,6}(\.\d{1,12})?$/.test(source)
}

interface RawJson {
  readonly rawJSON: string
}

// TypeScript's library does not have JSON.rawJSON yet; Node has had it since 21.
const jsonWithRaw = JSON as typeof JSON & {
  rawJSON(source: string): RawJson
  isRawJSON(value: unknown): value is RawJson
}
const rawJson = (source: string): RawJson => jsonWithRaw.rawJSON(source)
const isRawJson = (value: unknown): value is RawJson => jsonWithRaw.isRawJSON(value)
