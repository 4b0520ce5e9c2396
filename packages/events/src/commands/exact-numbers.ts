import { MAX_DEPTH, isVerbatim } from './strip-nulls.ts'

interface RawNumber {
  readonly rawJSON: string
}

// ECMAScript 2026, in Node since 21; TypeScript's library does not have it yet.
const json = JSON as typeof JSON & {
  rawJSON(source: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

/** Digits that JavaScript may write otherwise than they came; a text that looks so costs a slower reading alone. */
const delicate = /\d{16}|\.\d{15}|\.\d*0(?!\d)|\d[eE]|-0(?![.\d])/

/** Reads one command: `parse` makes its values, `plain` those that the contract's own fields are checked with. */
export function exactReader(): { parse: (text: string) => unknown; plain: (value: unknown) => unknown } {
  let isExact = false
  return {
    parse: (text) => {
      if (!delicate.test(text)) return JSON.parse(text)
      isExact = true
      return parseExactly(text)
    },
    plain: (value) => (isExact ? plainNumbers(value, 0) : value),
  }
}

/** A number whose digits JavaScript would change (64 bits, `10.00`) is written again as it came. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value
  })
}

/** Numbers as JavaScript has them where the contract has a field for them; in a user's own JSON they keep their digits. */
function plainNumbers(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value
  if (json.isRawJSON(value)) return Number(value.rawJSON)
  if (Array.isArray(value)) return value.map((item) => plainNumbers(item, depth + 1))
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    isVerbatim(name, member) ? member : plainNumbers(member, depth + 1),
  ])
  return Object.fromEntries(members)
}
