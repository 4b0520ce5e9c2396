import { createHmac } from 'node:crypto'
import { normaliseNumber } from './normalise-number.ts'

/**
 * What stands for a person, or a conversation, where none may be named: 43 letters of base64url, an HMAC-SHA-256 under a secret of
 * the tenant's. Whoever has the secret and a name can tell whether it is meant; nobody else can find the name.
 *
 * @param of.name one of the customer's names: a number, or a BSUID
 */
export function personIdOf(secret: string, of: { readonly tenant: string; readonly name: string }): string {
  return sign(secret, ['person', of.tenant, normaliseNumber(of.name)])
}

/** @param key `{tenant}:{business number}:{customer}` */
export function conversationIdOf(secret: string, key: string): string {
  return sign(secret, ['conversation', key])
}

function sign(secret: string, parts: readonly string[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')
}
