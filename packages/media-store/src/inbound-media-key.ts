import { createHash } from 'node:crypto'

/** Redis key of a customer's media that is kept here. */
export function inboundKey(id: string): string {
  return `imc:inbound:${id}`
}

/** A UUID that anybody who knows the URL can derive: it is no capability, and is never served without the token. */
export function inboundMediaId({ tenant, sender, url }: { tenant: string; sender: string; url: string }): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([tenant, sender, url]))
    .digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
