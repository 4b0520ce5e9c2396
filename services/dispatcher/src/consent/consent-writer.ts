import { decodeEvent, encodeEvent } from '@imchannel/events'
import type { Topics } from '@imchannel/events'
import type { ConsentCopy } from '@imchannel/fact-store'
import { createOrderedConsumer } from '@imchannel/kafka'
import type {
  HandlerContext,
  HandleResult,
  IncomingRecord,
  KafkaClient,
  OrderedConsumer,
  Producer,
} from '@imchannel/kafka'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createPartitionStates } from './partition-states.ts'
import { putOf, toRecord } from './to-record.ts'
import type { ConsentChange } from './to-record.ts'

export interface ConsentWriterOptions {
  client: KafkaClient
  producer: Producer
  topics: Topics
  groupId: string
  /** For who asks before each request. */
  copy: Pick<ConsentCopy, 'put'>
  log: Logger
  stopping: AbortSignal
}

/** Less than a session: what an earlier owner still has on its way is stored or given up before another writes. */
const DEADLINE_MS = 5_000
const CHANGED = 'imchannel.consent.changed.v1'

/**
 * Keeps who opted out in the compacted topic: one writer a partition, the member of the group that has the same partition of the
 * account topic. It knows what stands there before it writes, and writes only what is later by the provider's time: a stop that comes
 * again after its resume, over another ingress or after a restart, changes nothing.
 */
export function createConsentWriter(options: ConsentWriterOptions): OrderedConsumer {
  const { client, producer, topics, groupId, copy, log, stopping } = options
  const states = createPartitionStates({ client, topic: topics.consent, groupPrefix: groupId, signal: stopping })

  async function handle(record: IncomingRecord, { isCurrent }: HandlerContext): Promise<HandleResult> {
    const change = changeIn(record)
    if (change === undefined) return { kind: 'done' }
    const { partition } = record
    await states.ready(partition)
    const { recorded, record: said } = change
    if (states.isNews(partition, recorded.key, said)) {
      // Another member may be the writer by now: it gets this record again.
      if (!isCurrent()) return { kind: 'retry', afterMs: 0 }
      const [result] = await producer.publish([{ ...encodeEvent(recorded, topics), partition }], {
        deadlineMs: DEADLINE_MS,
      })
      if (result?.kind !== 'stored') throw new Error(`it is not stored: ${result?.detail ?? 'no answer'}`)
      states.stored(partition, recorded.key, said)
    }
    await copy.put([putOf(recorded.data)])
    return { kind: 'done' }
  }

  return createOrderedConsumer(client, {
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
