import type { IncomingMessage } from 'node:http'
import type { Tenant } from '@imchannel/config'

/** Whether the request carries one of the tenant's media tokens. All are compared, each in constant time. */
export function hasMediaToken(request: IncomingMessage, tenant: Tenant | undefined): boolean {
  const given = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given === undefined || tenant === undefined) return false
  return tenant.mediaTokens.filter((token) => token.equals(given)).length > 0
}
