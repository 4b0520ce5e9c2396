/** Four accounts, each the one of its tenant. */
export const TENANTS = ['alpha', 'beta', 'gamma', 'delta'] as const
export type Tenant = (typeof TENANTS)[number]

const SENDERS_PER_ACCOUNT = 50

/** Numbers of a tenant's senders, 200 over all accounts: pacing is in the path, and not the limit. */
export function sendersOf(tenant: Tenant): string[] {
  const first = 4_470_000_000 + TENANTS.indexOf(tenant) * 1_000
  return Array.from({ length: SENDERS_PER_ACCOUNT }, (_, index) => String(first + index))
}

/** Both sides' secrets; the emulator's account is known by its key. */
export const SECRETS = { password: 'webhook-password', mediaToken: 'media-token-0123456789' } as const

export function apiKeyOf(tenant: Tenant): string {
  return `key-of-${tenant}`
}

/** Of the request with this `Authorization`. */
export function tenantOfKey(authorization: string): Tenant | undefined {
  return TENANTS.find((tenant) => authorization === `App ${apiKeyOf(tenant)}`)
}

/** All gates of the first three are at enforce; the last one's say what speaks against a command, and send it. */
export const ADVISED: Tenant = 'delta'

/** What a tenant may spend on marketing in a day: it is used up in every run that is not a short one. */
export const BUDGET = { tenant: 'beta', messages: 10 } as const

/** What customers write to stop marketing, and to have it again. */
export const KEY_WORDS = { stop: ['STOP'], start: ['START'] }
