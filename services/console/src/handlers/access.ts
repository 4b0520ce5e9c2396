import type { ConsoleConfig } from '@imchannel/config'
import { sealAccess } from '../auth/access-token.ts'
import type { Tokens } from '../auth/tokens.ts'
import { tenantsWith } from '../domain/access.ts'
import { timeText } from '../domain/time-text.ts'
import { ConsoleError } from '../errors.ts'
import { type Handler, requireRole } from '../http/call.ts'
import type { WriteAudit } from './write-audit.ts'

export interface AccessHandlerOptions {
  readonly tokens: Tokens
  readonly audit: WriteAudit
  readonly auth: () => ConsoleConfig['auth']
  readonly now: () => number
}

/** Lets a program, or a tenant’s own people, do some of what the asker may, for a while; is written to the audit. */
export function accessHandler({ tokens, audit, auth, now }: AccessHandlerOptions): Handler<'createAccess'> {
  return async (call) => {
    const { user, body } = call
    if (auth().kind === 'none') throw new ConsoleError('bad_request', { detail: 'nobody has to log in here' })
    if (user.limits !== undefined)
      throw new ConsoleError('forbidden', { detail: 'who was let in by a token lets nobody in' })
    const tenants = body.tenants ?? tenantsWith(call.access, body.role)
    if (tenants.length === 0) throw new ConsoleError('forbidden', { detail: `it needs the role ${body.role}` })
    for (const tenant of tenants) requireRole(call, tenant, body.role)
    const expiresAt = now() + body.hours * 3_600_000
    const detail = `${body.role} for ${body.for}, ${body.hours} h`
    for (const tenant of tenants) await audit({ action: 'let in', by: user.name, tenant, outcome: 'granted', detail })
    const token = sealAccess(tokens, user, { for: body.for, role: body.role, tenants, expiresAt })
    return { token, expiresAt: timeText(expiresAt) }
  }
}
