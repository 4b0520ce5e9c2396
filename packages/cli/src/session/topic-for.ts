import type { Tenant } from '@imchannel/config'
import { usage } from './failure.ts'
import type { Session } from './session.ts'

/** Where commands of a tenant are written: its own topic, else the first one that is named. @throws Failure where none is */
export function topicFor(session: Session, { id }: Tenant): string {
  const names = session
    .config()
    .topics.outbound.flatMap(({ topic, tenant }) =>
      typeof topic === 'string' && (tenant === undefined || tenant === id) ? [{ topic, tenant }] : [],
    )
  const found = names.find(({ tenant }) => tenant === id) ?? names[0]
  if (found === undefined) throw usage('topics.outbound names no topic for this tenant, only expressions: say --topic')
  return found.topic
}
