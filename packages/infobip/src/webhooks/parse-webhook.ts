import { decodeBytes, type Charset } from './decode-bytes.ts'
import { parseExactly } from './exact-json.ts'
import { outlineJson, type JsonOutline, skipSpace, skipSpaceBack, type Span } from './outline-json.ts'
import { object } from './read-json.ts'
import { readResult } from './read-result.ts'
import { splitBody } from './split-body.ts'
import { unrecognised, type WebhookResult, type WebhookValue } from './webhook-result.ts'

/** `empty`: no body, as Infobip's connection test sends. `results` is empty for `{"results": []}` alone. */
export type ParsedWebhook =
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'notJson' }
  /** `text` is the whole body. */
  | { readonly outcome: 'results'; readonly results: readonly WebhookResult[]; readonly text: string }

/** Infobip batches 2,000 at most. */
export const MAX_RESULTS = 10_000
/** Fifty a result of the largest webhook, where a delivery report has twenty-five. */
const MAX_VALUES = 50 * MAX_RESULTS

/**
 * Pieces repeat what they share: a row of a usage report has ten times its length of columns, an echo twice its own. So many
 * characters in all may come of a body, by its length: three thousand rows, and of a large body no more than of other webhooks.
 */
const longestPieces = (length: number): number =>
  Math.max(64 * 1024, 4 * length, Math.min(16 * length, 4 * 1024 * 1024))

/** Results nested deeper than this are not read: common JSON parsers stop at 512 (PHP) to 1000 levels (Python, Java). */
export const MAX_RESULT_DEPTH = 400

const limits = { maxDepth: MAX_RESULT_DEPTH, maxResults: MAX_RESULTS, maxValues: MAX_VALUES }

// The two places where a user's own JSON is passed on as it is.
const ownJson = /"(?:response|callbackData)"\s*:\s*[[{]/

/**
 * Reads the body of a webhook, whatever its kind. Each result stands alone: one that cannot be read is `unrecognised` and costs no
 * other. A body without `results` is one result, and so is one with more of them than a webhook has.
 */
export function parseWebhook(body: Uint8Array, charset: Charset = 'utf-8'): ParsedWebhook {
  const decoded = decodeBytes(body, charset)
  if (decoded === undefined) return { outcome: 'notJson' }
  const text = withoutSpace(decoded)
  if (text === '') return { outcome: 'empty' }
  const outline = outlineJson(text, limits)
  if (outline === undefined) return tooMany(text)
  const parsed = parse(outline.parseable)
  if (parsed === undefined) return { outcome: 'notJson' }
  const results = readResults(text, outline, parsed.value)
  return results === undefined ? tooMany(text) : { outcome: 'results', results, text }
}

/** Undefined where there are more than a webhook has. */
function readResults(text: string, outline: JsonOutline, value: unknown): readonly WebhookResult[] | undefined {
  const results = object(value)?.['results']
  if (Array.isArray(results)) return results.length > MAX_RESULTS ? undefined : readList(text, outline, results)
  const { whole } = outline
  const pieces = whole.tooDeep || results !== undefined ? undefined : splitBody(value)
  if (pieces !== undefined) return pieces.length > MAX_RESULTS ? undefined : readPieces(text, outline, pieces)
  // One object where the list should be: a result if it is any kind, else the whole body is what was not understood.
  const [single] = object(results) === undefined || whole.tooDeep ? [] : readAgain(text)
  return [single === undefined || single.kind === 'unrecognised' ? resultAt(text, whole, value) : single]
}

/** JSON's white space and a byte order mark: `trim()` takes more, and what is no JSON is not empty. */
function withoutSpace(text: string): string {
  const start = skipSpace(text, text.startsWith('\ufeff') ? 1 : 0)
  return text.slice(start, Math.max(start, skipSpaceBack(text, text.length)))
}

function tooMany(text: string): ParsedWebhook {
  const reason = `more than ${MAX_RESULTS} results, or ${MAX_VALUES} values in all with what the results share`
  return { outcome: 'results', results: [{ ...unrecognised('too_many_results', reason), text }], text }
}

function readList(text: string, outline: JsonOutline, results: readonly unknown[]): WebhookResult[] {
  const { whole, results: spans } = outline
  if (spans?.length === results.length) return spans.map((span, index) => resultAt(text, span, results[index]))
  // A name at the top was written with escapes, so that the outline cannot tell which list is meant.
  return whole.tooDeep ? [resultAt(text, whole, undefined)] : readAgain(text)
}

/**
 * Their text is not Infobip's but equal to its part of the body as JSON. Undefined where what each of them repeats of the body would
 * make too much of it.
 */
function readPieces(
  text: string,
  { whole }: JsonOutline,
  pieces: readonly unknown[],
): readonly WebhookResult[] | undefined {
  const exact = whole.hasExactNumber ? splitBody(parseExactly(text)) : pieces
  const results: WebhookResult[] = []
  let length = 0
  for (const piece of exact ?? pieces) {
    const own = JSON.stringify(piece)
    length += own.length
    if (length > longestPieces(text.length)) return undefined
    results.push(resultOf(piece, own))
  }
  return results
}

/** The results without the outline's help: slower, and their text is not Infobip's but equal to it as JSON. */
function readAgain(text: string): WebhookResult[] {
  const results = object(parseExactly(text))?.['results']
  return [results].flat().map((one) => resultOf(one, JSON.stringify(one)))
}

function resultAt(text: string, span: Span, value: unknown): WebhookResult {
  const own = text.slice(span.start, span.end)
  if (span.tooDeep) return { ...unrecognised('too_deep', `nested deeper than ${MAX_RESULT_DEPTH} levels`), text: own }
  return resultOf(span.hasExactNumber && ownJson.test(own) ? parseExactly(own) : value, own)
}

function resultOf(value: unknown, text: string): WebhookResult {
  return { ...readAlone(value), text }
}

/** Not tried again: the same bytes would throw the same. */
function readAlone(value: unknown): WebhookValue {
  try {
    return readResult(value)
  } catch (error) {
    return unrecognised('internal_error', `reading it threw: ${String(error)}`)
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
