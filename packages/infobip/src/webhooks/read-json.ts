import { isRawNumber } from './exact-json.ts'

export type JsonObject = Readonly<Record<string, unknown>>

// Readers of single fields. Null, absent and (for names and ids) empty mean the same: undefined. A field of another type than
// documented is as good as absent, and never a reason to give the result up.

export function object(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawNumber(value)) return undefined
  // Anything else from JSON.parse that is an object has string keys.
  return value as JsonObject
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function objects(value: unknown): readonly JsonObject[] {
  return list(value)
    .map(object)
    .filter((one) => one !== undefined)
}

/** A string that is not empty; ids are numbers here and strings there, so a number is its digits. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number') return String(value)
  return isRawNumber(value) ? value.rawJSON : undefined
}

/** A number, also one that stands as a string so that its digits were kept. */
export function number(value: unknown): number | undefined {
  const written = isRawNumber(value) ? value.rawJSON : value
  const read = typeof written === 'string' && written.trim() !== '' ? Number(written) : written
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined
}

export function integer(value: unknown): number | undefined {
  const read = number(value)
  return read !== undefined && Number.isSafeInteger(read) ? read : undefined
}

export function boolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

const decimalPattern = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/

/** An amount as a decimal string with the digits that Infobip wrote; an exponent is written out. */
export function decimal(value: unknown): string | undefined {
  const written = typeof value === 'string' ? value.trim() : text(value)
  const match = written === undefined ? null : decimalPattern.exec(written)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent] = match
  if (exponent === undefined) return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
  return `${sign}${shift(whole, fraction, Number(exponent))}`
}

function shift(whole: string, fraction: string, by: number): string {
  const point = whole.length + by
  const digits = (whole + fraction).padStart(whole.length + fraction.length + Math.max(0, 1 - point), '0')
  const at = Math.max(1, point)
  const padded = digits.padEnd(at, '0')
  const integerPart = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  return padded.length === at ? integerPart : `${integerPart}.${padded.slice(at)}`
}
