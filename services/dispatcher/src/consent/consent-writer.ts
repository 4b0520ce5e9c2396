import { decodeEvent, encodeEvent } from '@imchannel/events'
import type { Topics } from '@imchannel/events'
import type { ConsentCopy } from '@imchannel/fact-store'
import type { Forgettings } from '@imchannel/facts'
import { createOrderedConsumer } from '@imchannel/kafka'
import type {
  HandlerContext,
  HandleResult,
  IncomingRecord,
  KafkaClient,
  OrderedConsumer,
  OutgoingRecord,
  Producer,
} from '@imchannel/kafka'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createMutex } from './create-turns.ts'
import { createKeepStates } from './keep-states.ts'
import { createPartitionStates } from './partition-states.ts'
import { isBare, putOf, toRecord, withoutEvidence } from './to-record.ts'
import type { ConsentChange } from './to-record.ts'

export interface ConsentWriterOptions {
  client: KafkaClient
  producer: Producer
  topics: Topics
  groupId: string
  /** For who asks before each request. */
  copy: Pick<ConsentCopy, 'put' | 'remove'>
  forgotten: Pick<Forgettings, 'forgottenUntil'>
  log: Logger
  stopping: AbortSignal
}

export interface ConsentWriter extends OrderedConsumer {
  /** Obeys what has come to be known of who was forgotten, and sets right what another writer wrote late. @throws where Kafka cannot be used */
  keep(): Promise<void>
}

/** Less than a session: what an earlier owner still has on its way is stored or given up before another writes. */
const DEADLINE_MS = 5_000
const CHANGED = 'imchannel.consent.changed.v1'

/**
 * Keeps who opted out in the compacted topic: one writer a partition, the member of the group that has the same partition of the
 * account topic. It knows what stands there before it writes, and writes only what is later by the provider's time: a stop that comes
 * again after its resume, over another ingress or after a restart, changes nothing.
 */
export function createConsentWriter(options: ConsentWriterOptions): ConsentWriter {
  const { client, producer, topics, groupId, copy, forgotten, log, stopping } = options
  const states = createPartitionStates({ client, topic: topics.consent, groupPrefix: groupId, signal: stopping })
  const inTurn = createMutex()
  const keeping = createKeepStates({
    client,
    topics,
    groupId,
    states,
    forgotten,
    copy,
    inTurn,
    store: async (record) => {
      const isMine = consumer.assignment().some(({ partition }) => partition === record.partition)
      if (!isMine) throw new Error('the partition is another instance’s by now')
      return store(record)
    },
    signal: stopping,
  })

  /** @throws where it is not stored */
  async function store(record: OutgoingRecord): Promise<bigint | undefined> {
    const [result] = await producer.publish([record], { deadlineMs: DEADLINE_MS })
    if (result?.kind !== 'stored') throw new Error(`it is not stored: ${result?.detail ?? 'no answer'}`)
    return result.offset === undefined ? undefined : BigInt(result.offset)
  }

  async function handle(record: IncomingRecord, { isCurrent }: HandlerContext): Promise<HandleResult> {
    const change = changeIn(record)
    if (change === undefined) return { kind: 'done' }
    const { partition, timestamp: writtenAt } = record
    await states.ready(partition)
    const allowed = allowedOf(change, writtenAt)
    if (allowed === undefined) return { kind: 'done' }
    const { recorded, record: said } = allowed
    let mayWrite = true
    await inTurn(recorded.key, async () => {
      if (!states.isNews(partition, recorded.key, said)) return
      // Another member may be the writer by now: it gets this record again.
      mayWrite = isCurrent()
      if (!mayWrite) return
      const offset = await store({ ...encodeEvent(recorded, topics), partition })
      states.stored(partition, recorded.key, { record: said, writtenAt, isBare: isBare(recorded.data), offset })
    })
    if (!mayWrite) return { kind: 'retry', afterMs: 0 }
    await copy.put([putOf(recorded.data)])
    return { kind: 'done' }
  }

  /** Of who was forgotten since, what lifts an opt-out is gone, and an opt-out keeps nothing beside itself. */
  function allowedOf(change: ConsentChange, writtenAt: number): ConsentChange | undefined {
    const { tenant, from } = change.recorded.data
    const until = forgotten.forgottenUntil({ tenant, names: [from] })
    if (until === undefined || writtenAt > until) return change
    return change.record.state === 'optedOut' ? withoutEvidence(change) : undefined
  }

  const consumer = createOrderedConsumer(client, {
    groupId,
    topics: [topics.account],
    // Records of one customer share a key: they are looked at in their order.
    laneOf: ({ key, partition, offset }) => key?.toString() ?? `${partition} ${offset}`,
    handle,
    onEvent: (event) => {
      if (event.kind === 'assigned') states.own(event.partitions.map(({ partition }) => partition))
      else if (event.kind === 'handler-failed')
        log.warn({ fn: 'consent' }, line`a change of consent waits: ${raw(textOf(event.error))}`)
      else if (event.kind === 'fatal')
        log.error({ fn: 'consent' }, line`consent is off until a restart: ${raw(event.error.message)}`)
    },
  })

  return {
    ...consumer,
    keep: async () => {
      await states.readOn()
      for (const partition of states.owned()) {
        await keeping.mend(partition)
        await keeping.forget(partition)
      }
    },
  }
}

function changeIn(record: IncomingRecord): ConsentChange | undefined {
  // Most of the topic is something else, and need not be read.
  if (record.headers['ce_type'] !== undefined && record.headers['ce_type'].toString() !== CHANGED) return undefined
  const decoded = decodeEvent(record)
  return decoded.outcome === 'event' && decoded.event.type === CHANGED ? toRecord(decoded.event) : undefined
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
