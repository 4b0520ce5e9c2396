import type { ExchangeResult } from '../client/exchange.ts'
import { list, object, objects, text } from '../webhooks/read-json.ts'
import { readAnswer, type ReadAnswer } from './read-answer.ts'

/** How WhatsApp rates a business number. Words are open: new ones come. */
export interface SenderQuality {
  readonly sender: string
  /** HIGH, MEDIUM, LOW, UNKNOWN. */
  readonly rating?: string | undefined
  /** CONNECTED, BANNED, FLAGGED, … */
  readonly status?: string | undefined
  /** LIMIT_250, LIMIT_2K, LIMIT_10K, LIMIT_100K, UNLIMITED, … */
  readonly limit?: string | undefined
}

/** Reads `GET /whatsapp/1/senders/quality`. Pure. */
export function readSenderQuality(result: ExchangeResult, now: number): ReadAnswer<SenderQuality[]> {
  return readAnswer(result, now, (body) => {
    const results = object(body)?.['results']
    if (!Array.isArray(results)) return undefined
    return objects(list(results)).flatMap((one) => {
      const sender = text(one['sender'])
      if (sender === undefined) return []
      return [
        {
          sender,
          rating: text(one['qualityRating']),
          status: text(one['status']),
          limit: text(one['currentLimit']),
        },
      ]
    })
  })
}

/**
 * How many users a limit lets a number write to outside their windows in 24 hours: `LIMIT_2K` is 2,000, `UNLIMITED` infinity;
 * `undefined` for a word that names no number.
 */
export function limitOf(word: string | undefined): number | undefined {
  if (word === 'UNLIMITED' || word === 'LIMIT_UNLIMITED') return Infinity
  const [, digits, unit] = /^LIMIT_(\d+)(K|M)?$/.exec(word ?? '') ?? []
  if (digits === undefined) return undefined
  return Number(digits) * (unit === 'K' ? 1_000 : unit === 'M' ? 1_000_000 : 1)
}
