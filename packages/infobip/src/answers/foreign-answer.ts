import type { ExchangeResponse } from '../client/exchange.ts'
import { findError } from './error-body.ts'

/** About the request's own size, whoever says it: it would be said again. */
const TOO_LARGE = new Set([413, 414, 431])

/** A body that is no JSON: a page of a proxy, a load balancer or a default host. */
export function isPage({ parsed, body }: ExchangeResponse): boolean {
  return parsed === undefined && body.length > 0
}

/**
 * True for a refusal in the 4xx that is not in Infobip's words: something between us and Infobip answered, which says
 * nothing about the message. Infobip gives each of its own refusals a JSON body with a code or a sentence.
 */
export function isForeignRefusal(response: ExchangeResponse): boolean {
  const { status, parsed } = response
  if (status < 400 || status >= 500 || status === 429 || TOO_LARGE.has(status)) return false
  // These concern the key and refuse no message: anything but a page is taken for Infobip's.
  if (status === 401 || status === 403) return isPage(response)
  return findError(parsed) === undefined
}
