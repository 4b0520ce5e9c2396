import type { Instant } from '@imchannel/events'
import type { KeyWords } from '@imchannel/facts'
import type { RequestDetails } from '@imchannel/ledger'
import type { AccountPrices } from './plan-cost.ts'
import type { IsOwnNumber } from './order-parties.ts'

/** A message that this system sent, as the ledger knows it. */
export interface KnownSend {
  readonly commandId: string
  readonly from: string
  readonly to: string
  /** How its request was made, where the ledger keeps that. */
  readonly request?: RequestDetails | undefined
}

/** A BSUID and the phone number behind it, in the eyes of one business number. */
export interface Alias {
  readonly business: string
  readonly bsuid: string
  readonly phone: string
}

/** A customer's media at Infobip, for which the media-server's URL is wanted. */
export interface InboundMediaItem {
  /** The business number: the account is found by it. */
  readonly sender: string
  readonly url: string
}

export interface TenantKeyWords extends KeyWords {
  readonly scope: 'marketing' | 'all'
}

/** What is known beside the webhook's own bytes. Anything may be missing: without Redis the webhook must do. */
export interface WebhookContext {
  readonly tenant: string
  /** When the webhook arrived. */
  readonly receivedAt: Instant
  /** By Infobip's messageId. */
  readonly sends: ReadonlyMap<string, KnownSend>
  /** Phone numbers by `aliasKey(business, bsuid)`. */
  readonly aliases: ReadonlyMap<string, string>
  /** By `aliasKey(business, name)`: the name of the conversation, where that is another of the customer’s names. */
  readonly keys: ReadonlyMap<string, string>
  /** The tenant's own words for stopping and starting, and what they cover. */
  readonly keywords?: TenantKeyWords | undefined
  /** What prices are told by, for a business number. Left out where costs are not written down. */
  readonly prices?: ((business: string | undefined) => AccountPrices) | undefined
  /** Whether an account of the tenant has this number; where Infobip's fields contradict each other it tells who is who. */
  readonly isOwnNumber?: IsOwnNumber | undefined
  /** The media-server's URL for a media item that it may fetch; undefined where it may not. */
  readonly mediaUrl?: ((media: InboundMediaItem) => string | undefined) | undefined
}

/** The media-server's URLs for what was written to, or by, one business number. */
export function mediaUrlOf(business: string | undefined, { mediaUrl }: WebhookContext) {
  return (url: string): string | undefined =>
    business === undefined ? undefined : mediaUrl?.({ sender: business, url })
}

/** The name under which a BSUID's phone number is remembered within a tenant. */
export function aliasKey(business: string, bsuid: string): string {
  return `${business}:${bsuid}`
}
