import { setTimeout as sleep } from 'node:timers/promises'
import {
  createKafkaClient,
  createOrderedConsumer,
  createProducer,
  describeTopics,
  ensureTopics,
  type ConsumerEvent,
  type KafkaClient,
  type KafkaSettings,
  type OrderedConsumer,
  type OutgoingRecord,
  type Producer,
  type PublishResult,
} from '@imchannel/kafka'
import type { BotLog } from './bot-log.ts'
import { InvalidReply, messageOf } from './errors.ts'
import type { BotTransport, OutgoingBotRecord, Subscription } from './transport.ts'

export interface KafkaTransportOptions extends KafkaSettings {
  readonly clientId: string
  readonly log: BotLog
  /** For so long a dead process keeps its conversations. Default 10 s; brokers allow 6 s and more. */
  readonly sessionMs?: number | undefined
}

const DAY_MS = 24 * 3600 * 1000
const AGAIN_MS = 500
/** As the dispatcher's own topics have it: a dead letter is the record as it was, and that may be 8 MiB. */
const DEAD_LETTER_CONFIG = { 'retention.ms': String(30 * DAY_MS), 'max.message.bytes': String(8 * 1024 * 1024) }
/** A turn may wait for others of its conversation: all that is in memory is in hand, and the bot itself bounds what runs. */
const IN_HAND = 10_000

/** The transport over `@imchannel/kafka`: nothing is connected before `start` or the first `publish`. */
export function kafkaTransport({ clientId, log, sessionMs, ...settings }: KafkaTransportOptions): BotTransport {
  const client = createKafkaClient(settings, {
    clientId,
    log: (level, text, fields) => log(quieter(level), text, fields),
  })
  let producer: Producer | undefined
  let consumer: OrderedConsumer | undefined
  let stopped = false

  function consume(subscription: Subscription, joined: () => void): OrderedConsumer {
    const [inbound] = subscription.topics
    const onEvent = (event: ConsumerEvent): void => {
      if (event.kind === 'fatal') subscription.failed(event.error)
      if (event.kind !== 'assigned') return
      subscription.assigned(event.partitions.filter(({ topic }) => topic === inbound).map(({ partition }) => partition))
      joined()
    }
    return createOrderedConsumer(client, {
      groupId: subscription.groupId,
      topics: subscription.topics,
      coPartitioned: true,
      // Order is the bot's business: it has to see a conversation's next message to make a turn of both.
      laneOf: ({ topic, partition, offset }) => `${topic} ${partition} ${offset}`,
      limits: { running: IN_HAND, records: IN_HAND },
      handle: async (record, { signal }) => {
        try {
          await subscription.handle(record, { signal })
          return { kind: 'done' }
        } catch (error) {
          if (!signal.aborted && !stopped) throw error
          return { kind: 'retry', afterMs: 0 }
        }
      },
      onEvent,
      ...(sessionMs === undefined ? {} : { sessionMs }),
    })
  }

  return {
    start: async (subscription) => {
      await makeDeadLetterTopic(client, subscription, () => stopped)
      if (stopped) return
      await new Promise<void>((resolve, reject) => {
        const failed = (error: Error): void => {
          reject(error)
          subscription.failed(error)
        }
        consumer = consume({ ...subscription, failed }, resolve)
        consumer.start()
      })
    },
    publish: async (records, signal) => {
      producer ??= createProducer(client)
      let left = records.map(toOutgoing)
      while (left.length > 0) {
        const results = await producer.publish(left)
        left = left.filter((record, at) => !isStored(record, results[at]))
        if (left.length > 0) await sleep(AGAIN_MS, undefined, signal === undefined ? {} : { signal })
      }
    },
    stop: async ({ drainMs }) => {
      stopped = true
      await consumer?.stop({ drainMs })
      await producer?.close()
    },
  }
}

/** The client makes a span of the sending, which then is what the reader continues. */
function toOutgoing({ headers, allHeaders, ...record }: OutgoingBotRecord): OutgoingRecord {
  if (record.context === undefined) return { ...record, headers: allHeaders ?? headers }
  const { traceparent: _parent, tracestate: _state, ...rest } = headers
  return { ...record, headers: rest }
}

/** What is not certain is written again, under the same id. @throws for what time does not mend */
function isStored(record: OutgoingRecord, result: PublishResult | undefined): boolean {
  if (result?.kind === 'stored') return true
  if (result?.kind !== 'refused') return false
  switch (result.reason) {
    case 'too-large':
      throw new InvalidReply(`too large for ${record.topic}: ${result.detail}`)
    case 'rejected':
    case 'closed':
      throw new Error(`not written to ${record.topic}: ${result.detail}`)
    case 'overloaded':
    case 'timeout':
    case 'unknown-topic':
      return false
  }
}

/** Waits for Kafka and for the inbound topic, which ingress makes; the dead letters have as many partitions. */
async function makeDeadLetterTopic(
  client: KafkaClient,
  subscription: Subscription,
  isStopped: () => boolean,
): Promise<void> {
  const { topics, deadLetterTopic: name, log } = subscription
  for (;;) {
    try {
      const [inbound] = await describeTopics(client, [topics[0]])
      if (isStopped()) return
      if (inbound !== undefined) {
        const spec = { name, partitions: inbound.partitions.length, replication: 3, config: DEAD_LETTER_CONFIG }
        const { missing } = await ensureTopics(client, [spec])
        for (const { problem } of missing)
          log('error', `the topic of dead letters cannot be made: ${problem}`, { topic: name })
        return
      }
    } catch (error) {
      if (isStopped()) return
      log('warn', `Kafka is not to be reached, trying again: ${messageOf(error)}`, {})
    }
    await sleep(AGAIN_MS)
  }
}

/** What the client says of its connections is no error of the bot's: it tries again by itself. */
function quieter(level: 'debug' | 'info' | 'warn' | 'error'): 'debug' | 'info' | 'warn' {
  return level === 'error' ? 'warn' : level
}
