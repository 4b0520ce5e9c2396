/** Where one result stands in a webhook's text. */
export interface Span {
  readonly start: number
  readonly end: number
  /** Nested deeper than asked for. */
  readonly tooDeep: boolean
  /** Has a number whose digits JavaScript's own would not give back: `0.000000`, 2^53 + 1. */
  readonly hasExactNumber: boolean
}

export interface JsonOutline {
  /** The whole value. */
  readonly whole: Span
  /** The elements of the top object's `results` array; undefined where there is none, or where a name with escapes may hide it. */
  readonly results: readonly Span[] | undefined
  /** The text to parse: numbers whose digits would be lost are strings in it. */
  readonly parseable: string
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const numberToken = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

export interface OutlineLimits {
  /** Of a result. */
  readonly maxDepth: number
  readonly maxResults: number
  /** Values in the whole text: what a byte becomes once parsed is many times its size. */
  readonly maxValues: number
}

/**
 * One pass over JSON text that finds what a parsed value no longer tells: which bytes each result had, how deep it is, and which
 * numbers need their digits. It does not validate: for text that is not JSON the outline means nothing, and `parseable` still fails to
 * parse. Undefined as soon as there are more results or values than allowed.
 */
export function outlineJson(text: string, limits: OutlineLimits): JsonOutline | undefined {
  const { maxDepth, maxResults, maxValues } = limits
  const results: Span[] = []
  const exact: { start: number; end: number }[] = []
  let found = false
  let inResults = false
  let resultsKey = false
  let escapedName = false
  let values = 0
  let depth = 0
  let deepest = 0
  let deepestEver = 0
  let start = 0
  let exactBefore = 0

  const noteName = (at: number, end: number): void => {
    if (depth !== 1) return
    resultsKey = end - at === 8 && text.startsWith('results', at + 1)
    escapedName ||= text.charCodeAt(skipSpace(text, end + 1)) === COLON && text.slice(at, end).includes('\\')
  }
  const beginElement = (at: number): void => {
    start = at
    deepest = depth
    exactBefore = exact.length
  }
  const beginResults = (at: number): void => {
    // Of a name that stands twice JSON.parse takes the last.
    results.length = 0
    found = true
    inResults = true
    beginElement(at)
  }
  const endElement = (end: number): void => {
    const from = skipSpace(text, start)
    if (from < end) {
      const to = skipSpaceBack(text, end)
      results.push({
        start: from,
        end: to,
        tooDeep: deepest - 2 > maxDepth,
        hasExactNumber: exact.length > exactBefore,
      })
    }
    beginElement(end + 1)
  }

  const passComma = (at: number): void => {
    if (inResults && depth === 2) endElement(at)
    if (depth === 1) resultsKey = false
  }
  /** Its last character; any other is passed alone. */
  const passNumber = (at: number): number => {
    const end = endOfNumber(text, at)
    if (end === at) return at
    if (!keepsDigits(text.slice(at, end))) exact.push({ start: at, end })
    return end - 1
  }

  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at)
        noteName(at, end)
        at = end
        break
      }
      case 0x7b: // {
      case 0x5b: // [
        if (++values > maxValues) return undefined
        depth += 1
        deepest = Math.max(deepest, depth)
        deepestEver = Math.max(deepestEver, depth)
        if (depth === 2 && resultsKey && text.charCodeAt(at) === 0x5b) beginResults(at + 1)
        break
      case 0x7d: // }
      case 0x5d: // ]
        if (inResults && depth === 2) {
          endElement(at)
          inResults = false
        }
        depth -= 1
        break
      case 0x2c: // ,
        if (++values > maxValues || results.length > maxResults) return undefined
        passComma(at)
        break
      default:
        at = passNumber(at)
    }
  }
  if (results.length > maxResults) return undefined
  const whole = { start: 0, end: text.length, tooDeep: deepestEver > maxDepth, hasExactNumber: exact.length > 0 }
  return {
    whole,
    results: found && !escapedName ? results : undefined,
    parseable: exact.length === 0 ? text : quoteNumbers(text, exact),
  }
}

function quoteNumbers(text: string, numbers: readonly { start: number; end: number }[]): string {
  let quoted = ''
  let from = 0
  for (const { start, end } of numbers) {
    quoted += `${text.slice(from, start)}"${text.slice(start, end)}"`
    from = end
  }
  return quoted + text.slice(from)
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1) {
    let before = end - 1
    while (text.charCodeAt(before) === BACKSLASH) before -= 1
    if ((end - before) % 2 === 1) return end
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

// Digits, minus, plus, point and e: whatever they make, `numberToken` says whether it is a number.
function endOfNumber(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return start
  let end = start + 1
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end)
    const inNumber =
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2e ||
      code === 0x2d ||
      code === 0x2b ||
      code === 0x65 ||
      code === 0x45
    if (!inNumber) break
  }
  return end
}

// What is no JSON number must stay as it is, so that parsing fails.
function keepsDigits(token: string): boolean {
  return String(Number(token)) === token || !numberToken.test(token)
}

/** White space as JSON has it. */
export function skipSpace(text: string, at: number): number {
  let from = at
  while (from < text.length && isSpace(text.charCodeAt(from))) from += 1
  return from
}

export function skipSpaceBack(text: string, end: number): number {
  let to = end
  while (to > 0 && isSpace(text.charCodeAt(to - 1))) to -= 1
  return to
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
