import type { IncomingMessage } from 'node:http'
import { Secret, type Tenant } from '@imchannel/config'

/** Whether the request carries one of the tenant's media tokens, as bearer. */
export function hasMediaToken(request: IncomingMessage, tenant: Tenant | undefined): boolean {
  const given = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  return given !== undefined && tenant !== undefined && Secret.equalsAny(tenant.mediaTokens, given)
}
