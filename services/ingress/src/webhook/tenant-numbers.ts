import { portfolioOf, type Account, type Tenant } from '@imchannel/config'
import { objectionToMediaUrl } from '@imchannel/infobip'
import { INBOUND_TOKEN_LIFE_S, signInboundToken } from '@imchannel/media-store'
import type { AccountPrices } from '../domain/plan-cost.ts'
import type { InboundMediaItem } from '../domain/webhook-context.ts'

const accounts = new WeakMap<Tenant, ReadonlyMap<string, Account>>()

/** The tenant's accounts by business number. Kept for as long as the configuration that it is made of. */
export function accountsOf(tenant: Tenant): ReadonlyMap<string, Account> {
  const known = accounts.get(tenant)
  if (known) return known
  const byNumber = new Map(
    tenant.accounts.flatMap((account) => account.senders.map(({ number }) => [number, account] as const)),
  )
  accounts.set(tenant, byNumber)
  return byNumber
}

/** Where a customer's names are known: at all numbers of a portfolio, where the configuration names one, else at each by itself. */
export interface ContactPlaces {
  readonly portfolioOf: (business: string) => string | undefined
  readonly scopeOf: (business: string) => string
}

export function placesOf(tenant: Tenant): ContactPlaces {
  const of = (business: string): string | undefined => portfolioOf(tenant, business)
  return { portfolioOf: of, scopeOf: (business) => of(business) ?? business }
}

/** What the prices of the tenant's messages are told by: each account's, by its numbers. */
export function pricesOf(tenant: Tenant): (business: string | undefined) => AccountPrices {
  const accounts = accountsOf(tenant)
  return (business) => {
    const account = business === undefined ? undefined : accounts.get(business)
    return { timeZone: account?.timeZone ?? 'UTC', card: account?.rateCard }
  }
}

/**
 * The media-server's URL for a customer's media: only for what it would fetch, and where the tenant has a secret to sign with.
 */
export function inboundMediaUrl(tenant: Tenant, { publicUrl, nowMs }: { publicUrl: string; nowMs: number }) {
  const [secret] = tenant.mediaSecrets
  if (secret === undefined) return undefined
  return ({ sender, url }: InboundMediaItem): string | undefined => {
    const account = accountsOf(tenant).get(sender)
    const parsed = URL.parse(url)
    if (account === undefined || parsed === null) return undefined
    const { baseUrl, mediaHosts } = account
    if (objectionToMediaUrl(parsed, { baseUrl, sender, mediaHosts }) !== undefined) return undefined
    const expiresAt = Math.floor(nowMs / 1_000) + INBOUND_TOKEN_LIFE_S
    const token = signInboundToken(tenant.id, { sender, url, expiresAt }, secret.reveal())
    return `${publicUrl}/${tenant.id}/imchannel/inboundMedia/${token}`
  }
}
