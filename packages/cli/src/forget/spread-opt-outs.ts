import { setTimeout as sleep } from 'node:timers/promises'
import { type ConsentCorrection, consentCorrectionEvent, type ConsentRecorded, encodeEvent } from '@imchannel/events'
import { readConsentTopic } from '../consent/read-consent.ts'
import { Failure } from '../session/failure.ts'
import { topicNames } from '../session/read-topic.ts'
import type { Session } from '../session/session.ts'

/** A dispatcher that has just begun reads the topic first. */
const PATIENCE_MS = 30_000
const LOOK_MS = 500

interface Person {
  readonly tenant: string
  readonly names: ReadonlySet<string>
}

/**
 * Has what a customer opted out of under one name said under each of them: once the links between the names are gone, nothing else
 * would tell that they are one person. Resolves once it is recorded, with how many opt-outs stand.
 *
 * @throws Failure where no dispatcher records it
 */
export async function spreadOptOuts(session: Session, person: Person): Promise<number> {
  const topics = session.topics()
  if (!(await topicNames(session)).includes(topics.consent)) return 0
  const missing = missingOptOuts(await recordsOf(session, person), person)
  if (missing.length > 0) {
    const producer = await session.producer()
    const results = await producer.publish(missing.map((one) => encodeEvent(consentCorrectionEvent(one), topics)))
    if (results.some(({ kind }) => kind !== 'stored'))
      throw new Failure(`Kafka did not take what the customer opted out of into ${topics.account}: nothing was removed`)
    await untilRecorded(session, person)
  }
  return (await recordsOf(session, person)).filter(({ state }) => state === 'optedOut').length
}

async function untilRecorded(session: Session, person: Person): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (missingOptOuts(await recordsOf(session, person), person).length > 0) {
    if (performance.now() > deadline)
      throw new Failure(
        `no dispatcher has recorded the customer’s opt-outs in ${session.topics().consent} under each name: nothing was removed; run it again while one runs`,
      )
    await sleep(LOOK_MS, undefined, { signal: session.io.signal })
  }
}

async function recordsOf(session: Session, { tenant, names }: Person): Promise<ConsentRecorded[]> {
  const all = await readConsentTopic(session, { tenant })
  return all.filter(({ from }) => names.has(from))
}

/** What a customer says to one number by one source: by whichever name. */
function slotOf({ sender, source, template }: ConsentRecorded): string {
  return [sender ?? '-', source, template ?? ''].join(' ')
}

/** What has to be said for every name to have what one of them has. */
export function missingOptOuts(records: readonly ConsentRecorded[], { tenant, names }: Person): ConsentCorrection[] {
  return [...Map.groupBy(records, slotOf).values()].flatMap((same) => {
    const optOut = same.filter(({ state }) => state === 'optedOut').toSorted(byScope)[0]
    if (optOut === undefined) return []
    const { sender, source, scope, template } = optOut
    return [...names].flatMap((customer) => {
      const own = same.find(({ from }) => from === customer)
      if (own?.state === 'optedOut') return []
      // Where the name has opted in since, the opt-out counts all the same: of two at one time it is the one that counts.
      const since = own !== undefined && own.since > optOut.since ? own.since : optOut.since
      return [{ tenant, from: sender, customer, state: 'optedOut' as const, scope, source, template, since }]
    })
  })
}

/** The widest first. */
function byScope(one: ConsentRecorded, other: ConsentRecorded): number {
  const width = ['all', 'marketing', 'template']
  return width.indexOf(one.scope) - width.indexOf(other.scope) || (one.since < other.since ? -1 : 1)
}
