import { clusterSize } from '@imchannel/kafka'
import { Failure, messageOf, usage } from '../../session/failure.ts'
import { count } from '../../session/read-values.ts'
import { topicNames } from '../../session/read-topic.ts'
import type { Session } from '../../session/session.ts'
import { commandTopicsAmong, plannedTopics } from '../../topic-plan.ts'
import { type Finding, findingsOf } from '../finding.ts'
import { openScratch, type Scratch } from './scratch.ts'
import { tryCompaction } from './try-compaction.ts'
import { tryIdempotence } from './try-idempotence.ts'
import { tryPermissions } from './try-permissions.ts'
import { tryRebalance } from './try-rebalance.ts'
import { tryRecords } from './try-records.ts'
import { trySize } from './try-size.ts'

const { ok, warning, problem, untried } = findingsOf('kafka')
const PARTITIONS = 4
const LARGEST = String(8 * 1024 * 1024)

/** What is tried on one topic, one after the other, with the words that somebody who waits is shown. */
const TRIALS: readonly [string, (scratch: Scratch, topic: string) => Promise<Finding[]>][] = [
  ['records and headers', tryRecords],
  ['idempotent writes', tryIdempotence],
  ['large records', trySize],
  ['a rebalance of two members', tryRebalance],
]

/**
 * Finds out by doing whether a Kafka keeps what IMChannel rests on. All that it writes is in topics and groups of its own, which it
 * removes; what it may not try is said.
 */
export async function certifyKafka(session: Session, given?: string): Promise<Finding[]> {
  const config = session.config()
  const names = await namesOf(session)
  if (!Array.isArray(names)) return [names]
  if (given !== undefined) refuseOwn(session, given, names)
  const scratch = openScratch(session)
  const { out } = session
  const findings = [await judgeBrokers(session)]
  try {
    out.progress('topics')
    const topic = given ?? (await makeTopic(scratch, findings))
    // It waits for the cluster's own time, so the others run meanwhile.
    const compaction = attempt('compaction', () => tryCompaction(scratch))
    if (topic !== undefined) {
      for (const [what, work] of TRIALS) {
        out.progress(what)
        findings.push(...(await attempt(what, () => work(scratch, topic))))
      }
    }
    out.progress('permissions')
    findings.push(...(await attempt('permissions', () => tryPermissions(scratch.client, config))))
    out.progress('compaction')
    findings.push(...(await compaction))
  } finally {
    out.progress('removing what was made')
    findings.push(...(await scratch.remove()))
    out.endProgress()
  }
  session.io.signal.throwIfAborted()
  return findings
}

async function namesOf(session: Session): Promise<string[] | Finding> {
  try {
    return await topicNames(session)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return problem(
      `${error.message}.`,
      'Check kafka.brokers, ssl and sasl, and whether its listeners can be reached from here.',
    )
  }
}

/** Trials write rubbish: a bot would read it, and a dispatcher send it. */
function refuseOwn(session: Session, given: string, names: readonly string[]): void {
  const config = session.config()
  if (!names.includes(given)) throw usage(`Kafka has no topic "${given}", or this user may not see it`)
  const own = [...plannedTopics(config).map(({ name }) => name), ...commandTopicsAmong(names, config)]
  if (own.includes(given) || session.topics().isWritten(given))
    throw usage(`${given} is a topic of the gateway: --topic wants one that nobody reads`)
}

async function judgeBrokers(session: Session): Promise<Finding> {
  const where = `Kafka at ${session.config().kafka.brokers.join(', ')}`
  const brokers = await clusterSize(session.kafka())
  if (brokers >= 3) return ok(`${where} has ${brokers} brokers.`)
  return warning(
    `${where} has ${count(brokers, 'broker')}: what it has confirmed ${brokers === 1 ? 'is gone with its disk' : 'waits while one of them is away'}.`,
    'Three brokers, each topic with three replicas, outlive one that fails.',
  )
}

async function makeTopic(scratch: Scratch, findings: Finding[]): Promise<string | undefined> {
  const wanted = await scratch.create('trials', { partitions: PARTITIONS, config: { 'max.message.bytes': LARGEST } })
  if (wanted.ok) return wanted.topic
  // Clusters for rent have limits of their own; how large a record may be is tried in any case.
  const plain = await scratch.create('trials', { partitions: PARTITIONS })
  if (plain.ok) return plain.topic
  findings.push(
    untried(
      `No topic could be made (${plain.reason}), so these were not tried: ${TRIALS.map(([what]) => what).join(', ')}.`,
      `Name an empty topic that this user may read and write and that nobody else reads: --topic. Or allow it what docs/operations.md grants the user doctor.`,
    ),
  )
  return undefined
}

async function attempt(what: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work()
  } catch (error) {
    return [problem(`${what}: ${messageOf(error)}.`, 'Run it again with --verbose.')]
  }
}
