/** A number that JSON.stringify writes with the digits it was read with. */
export interface RawNumber {
  readonly rawJSON: string
}

// ECMAScript 2026, in Node since 21; TypeScript's library does not have it yet.
interface RawJson {
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown
}
const json = JSON as unknown as RawJson

export function isRawNumber(value: unknown): value is RawNumber {
  return typeof value === 'object' && json.isRawJSON(value)
}

/** Parses JSON so that numbers whose digits JavaScript would change keep them when they are written again. Slow: for few results. */
export function parseExactly(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value,
  )
}
