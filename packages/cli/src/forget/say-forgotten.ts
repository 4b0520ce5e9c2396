import { setTimeout as sleep } from 'node:timers/promises'
import { createFactStore, type CustomerFacts } from '@imchannel/fact-store'
import { peopleOf } from '@imchannel/facts'
import type { Session } from '../session/session.ts'
import { writeAudit } from '../session/write-audit.ts'

/** Windows are read three times a second; while they are read anew, whoever reads looks once a second who was forgotten. */
const PATIENCE_MS = 5_000
const LOOK_MS = 100
/** Nobody has read for so long: whoever begins looks first who was forgotten. */
const NOBODY_MS = 15_000

/**
 * Says to whatever is rebuilt from Kafka that nothing may come back that was written of a person until now. Resolves once the windows
 * that are being written obey.
 *
 * @throws Failure where Kafka has not taken it
 */
export async function sayForgotten(
  session: Session,
  { tenant, names, secret }: { tenant: string; names: ReadonlySet<string>; secret: string },
): Promise<void> {
  const read = async (): Promise<CustomerFacts> => {
    const facts = createFactStore(session.redis(), { prefix: session.config().topics.prefix })
    const from = session.tenant(tenant).accounts[0]?.senders[0]?.number ?? ''
    return facts.read({ tenant, from, to: [...names] })
  }
  const { readAt } = await read()
  const people = peopleOf(secret, { tenant, names: [...names] })
  await writeAudit(session, { tenant, action: 'forget', outcome: 'forgotten', people }, new Date(readAt).toISOString())
  const { readAt: saidAt, coverage } = await read()
  if (coverage === undefined || coverage.endsTakenAt < saidAt - NOBODY_MS) return
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline && ((await read()).coverage?.endsTakenAt ?? 0) <= saidAt)
    await sleep(LOOK_MS, undefined, { signal: session.io.signal })
}
