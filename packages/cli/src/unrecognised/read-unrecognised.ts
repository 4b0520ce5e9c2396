import type { Session } from '../session/session.ts'
import { extentOf, readExtent } from '../session/read-topic.ts'
import { createPartJoiner, readUnrecognised, type UnrecognisedWebhook } from './unrecognised-webhook.ts'

/** Which are meant; what is left out does not matter. */
export interface UnrecognisedFilter {
  readonly tenant?: string
  readonly code?: readonly string[]
  readonly since?: number
  readonly until?: number
}

export async function* readUnrecognisedTopic(
  session: Session,
  { tenant, code, since, until }: UnrecognisedFilter = {},
): AsyncGenerator<UnrecognisedWebhook, void, void> {
  const extent = await extentOf(session, session.topics().unrecognised)
  const join = createPartJoiner()
  for await (const record of readExtent(session, extent, since === undefined ? {} : { from: { timestamp: since } })) {
    const whole = join(record)
    const webhook = whole && readUnrecognised(whole)
    if (webhook === undefined) continue
    if (tenant !== undefined && webhook.tenant !== tenant) continue
    if (code !== undefined && !code.includes(webhook.code)) continue
    if (since !== undefined && webhook.timestamp < since) continue
    if (until === undefined || webhook.timestamp < until) yield webhook
  }
}
