import type { ExchangeResponse } from '../client/exchange.ts'

/** What the headers of an answer say beside it. */
export interface Notices {
  /** Infobip's time, in ms since 1970. */
  readonly date?: number | undefined
  /** The endpoint is deprecated, since then (RFC 9745); `unknown` where the header has no date that can be read. */
  readonly deprecatedAt?: number | 'unknown' | undefined
  /** From then on the endpoint may be gone (RFC 8594); `unknown` as above. */
  readonly sunsetAt?: number | 'unknown' | undefined
}

/** Reads `Date`, `Deprecation` and `Sunset`. Pure. */
export function readNotices(headers: ExchangeResponse['headers']): Notices {
  const date = timeOf(first(headers['date']))
  return {
    date: date === 'unknown' ? undefined : date,
    deprecatedAt: timeOf(first(headers['deprecation'])),
    sunsetAt: timeOf(first(headers['sunset'])),
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

/** `@1688169599` as RFC 9745 has it, an HTTP date as its drafts had and RFC 8594 has, or `true`. */
function timeOf(header: string | undefined): number | 'unknown' | undefined {
  const text = header?.trim()
  if (text === undefined || text === '' || text === 'false' || text === '?0') return undefined
  const [, seconds] = /^@(\d{1,12})/.exec(text) ?? []
  const at = seconds === undefined ? Date.parse(text) : Number(seconds) * 1_000
  return Number.isNaN(at) ? 'unknown' : at
}
