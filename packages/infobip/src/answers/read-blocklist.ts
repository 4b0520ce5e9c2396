import type { ExchangeResult } from '../client/exchange.ts'
import { readDate } from '../webhooks/read-date.ts'
import { integer, object, objects, text } from '../webhooks/read-json.ts'
import { readAnswer, type ReadAnswer } from './read-answer.ts'

/** Whom Infobip sends nothing: "Do Not Contact" in its portal. */
export interface BlocklistEntry {
  /** A number, or an e-mail address. */
  readonly destination: string
  /** Absent: whoever sends. */
  readonly sender?: string | undefined
  /** SMS, WHATSAPP, …; absent: all of them. */
  readonly channel?: string | undefined
  /** CUSTOM, MO, URL_OPT_OUT, CAMPAIGN. */
  readonly sourceType?: string | undefined
  readonly campaign?: string | undefined
  /** RFC 3339. */
  readonly createdAt?: string | undefined
}

export interface BlocklistPage {
  readonly entries: readonly BlocklistEntry[]
  readonly isLast: boolean
}

/** Infobip's most for one page. */
export const BLOCKLIST_PAGE = 1_000

/** Reads a page of `GET /platform/1/blocklists`. Pure. */
export function readBlocklist(result: ExchangeResult, now: number): ReadAnswer<BlocklistPage> {
  return readAnswer(result, now, (body) => {
    const { results, paging } = object(body) ?? {}
    if (!Array.isArray(results)) return undefined
    const entries = objects(results).flatMap((one): BlocklistEntry[] => {
      const destination = text(one['destination'])
      if (destination === undefined) return []
      const [sender, channel, sourceType, campaign] = ['sender', 'channel', 'sourceType', 'campaign'].map((name) =>
        text(one[name]),
      )
      return [{ destination, sender, channel, sourceType, campaign, createdAt: readDate(one['createdDate']) }]
    })
    const [page, pages] = [integer(object(paging)?.['page']), integer(object(paging)?.['totalPages'])]
    const isLast = page === undefined || pages === undefined ? results.length < BLOCKLIST_PAGE : page + 1 >= pages
    return { entries, isLast }
  })
}
