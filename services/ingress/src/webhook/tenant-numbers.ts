import type { Account, Tenant } from '@imchannel/config'
import { INBOUND_TOKEN_LIFE_S, signInboundToken } from '@imchannel/media-store'
import type { InboundMedium } from '../domain/webhook-context.ts'

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

/**
 * The media-server's URL for a customer's medium: only for what it would fetch, https on the host of the account's base
 * URL or one of its `mediaHosts`, and where the tenant has a secret to sign with.
 */
export function inboundMediaUrl(tenant: Tenant, { publicUrl, nowMs }: { publicUrl: string; nowMs: number }) {
  const [secret] = tenant.mediaSecrets
  if (secret === undefined) return undefined
  return ({ sender, url }: InboundMedium): string | undefined => {
    const account = accountsOf(tenant).get(sender)
    if (account === undefined || !isFetchable(url, account)) return undefined
    const expiresAt = Math.floor(nowMs / 1_000) + INBOUND_TOKEN_LIFE_S
    const token = signInboundToken(tenant.id, { sender, url, expiresAt }, secret.reveal())
    return `${publicUrl}/${tenant.id}/imchannel/inboundMedia/${token}`
  }
}

function isFetchable(text: string, { baseUrl, mediaHosts }: Account): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return false
  const base = new URL(baseUrl)
  // The emulator's base URL is http on loopback; Infobip's never is.
  const secure = url.protocol === 'https:' || (url.protocol === base.protocol && url.host === base.host)
  return secure && (url.host === base.host || mediaHosts.includes(url.host))
}
