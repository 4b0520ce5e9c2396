import { type Charset, parseWebhook, type WebhookResult } from '@imchannel/infobip'
import type { IsOwnNumber } from './order-parties.ts'
import { shownBy } from './shown-customers.ts'
import { aliasKey, type Alias } from './webhook-context.ts'

/** A webhook's results and what is to be looked up before they become events. */
export interface ReadWebhook {
  /** The whole body. */
  readonly text: string
  readonly results: readonly WebhookResult[]
  /** Ids that the ledger may know: of deliveries, seen reports and clicks, each once. */
  readonly reportedMessageIds: readonly string[]
  /** Ids of our own form that customers answer, each once. */
  readonly answeredMessageIds: readonly string[]
  /** BSUIDs without a phone number, each once for each business number. */
  readonly unresolved: readonly Omit<Alias, 'phone'>[]
  /** The business numbers that the results name, each once. */
  readonly businessNumbers: readonly string[]
}

export type WebhookReading =
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'notJson' }
  | { readonly outcome: 'read'; readonly webhook: ReadWebhook }

export interface ReadOptions {
  readonly charset?: Charset | undefined
  readonly isOwnNumber?: IsOwnNumber | undefined
}

const noSends = new Map<string, never>()

/** Reads a webhook's body, of any kind. `empty` is Infobip's connection test. */
export function readWebhook(body: Uint8Array, { charset, isOwnNumber }: ReadOptions = {}): WebhookReading {
  const parsed = parseWebhook(body, charset)
  if (parsed.outcome !== 'results') return parsed
  const { results, text } = parsed
  const unresolved = new Map<string, Omit<Alias, 'phone'>>()
  const businessNumbers = new Set<string>()
  const reportedMessageIds = new Set<string>()
  const answeredMessageIds = new Set<string>()
  for (const result of results) {
    const reported = reportedId(result)
    if (reported !== undefined) reportedMessageIds.add(reported)
    const answered = answeredId(result)
    if (answered !== undefined) answeredMessageIds.add(answered)
    const shown = shownBy(result, { sends: noSends, isOwnNumber })
    if (shown?.business === undefined) continue
    const { business, bsuid, phone } = shown
    businessNumbers.add(business)
    if (bsuid !== undefined && phone === undefined) unresolved.set(aliasKey(business, bsuid), { business, bsuid })
  }
  return {
    outcome: 'read',
    webhook: {
      text,
      results,
      reportedMessageIds: [...reportedMessageIds],
      answeredMessageIds: [...answeredMessageIds],
      unresolved: [...unresolved.values()],
      businessNumbers: [...businessNumbers],
    },
  }
}

function reportedId(result: WebhookResult): string | undefined {
  return result.kind === 'delivery' || result.kind === 'seen' || result.kind === 'click'
    ? result.report.messageId
    : undefined
}

/** Of `messageIdOf`, UUIDs of version 5: those of customers and of other systems are none. */
const OWN_ID = /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

function answeredId(result: WebhookResult): string | undefined {
  const id = result.kind === 'message' ? result.message.context?.id : undefined
  return id !== undefined && OWN_ID.test(id) ? id : undefined
}
