import kafkajs, { type Message, type Producer as KafkajsProducer } from 'kafkajs'
import type { Group } from '../producer/batch.ts'
import { type KafkaClient, REQUEST_TIMEOUT_MS } from './client.ts'
import { keepAdmin } from './kept-admin.ts'

/** One kafkajs producer at a time, replaced when it can no longer be trusted. */
export interface ProducerSession {
  /** Resolves when there is a connected producer. @throws when Kafka cannot be reached now. */
  connected(): Promise<void>
  /** Sends one group. Gives the base offset of what all in-sync replicas have, by `topic partition`. */
  send(group: Group): Promise<Map<string, string | undefined>>
  /** Puts the producer, and with it its producer id and sequence numbers, away. */
  replace(): void
  isReady(): boolean
  isClosed(): boolean
  close(): Promise<void>
}

const { CompressionTypes } = kafkajs
const CODECS = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, zstd: CompressionTypes.ZSTD } as const

/** While nothing is sent, Kafka is asked this often whether it is there … */
const PROBE_MS = 3_000
/** … and one that did not answer for so long is not ready. */
const SILENCE_MS = 3 * PROBE_MS

/** Not waited for: a connection to a frozen broker ends only with its requests' timeouts. */
function discard(producer: KafkajsProducer): void {
  producer.disconnect().catch(() => {})
}

/**
 * Messages that each know their partition. kafkajs groups them with this one `reduce`, and in doing so copies for each message all that
 * came before it: of a batch of thousands that takes longer than all else.
 */
class ByPartition extends Array<Message> {
  override reduce<T>(_add: unknown, empty = {} as T): T {
    // What kafkajs's own function makes of them, see `kafkajs/src/producer/groupMessagesPerPartition`.
    const groups = empty as Record<string, Message[]>
    for (const message of this) (groups[message.partition ?? 0] ??= []).push(message)
    return empty
  }
}

export function createProducerSession(client: KafkaClient, compression: keyof typeof CODECS): ProducerSession {
  let current: KafkajsProducer | undefined
  let connecting: Promise<void> | undefined
  let closed = false
  let answeredAt = -Infinity
  let probing = false
  const admin = keepAdmin(client)

  async function connect(): Promise<void> {
    const producer = client.kafkajs.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      // kafkajs has no idempotent producer without any.
      retry: { ...client.retry, retries: Math.max(1, client.retry.retries) },
    })
    try {
      await producer.connect()
    } catch (error) {
      discard(producer)
      throw error
    }
    if (closed) return discard(producer)
    current = producer
    answeredAt = Date.now()
  }

  function probe(): void {
    if (probing || closed || current === undefined || Date.now() - answeredAt < PROBE_MS) return
    probing = true
    admin
      .ask((connection) => connection.describeCluster())
      .then(() => (answeredAt = Date.now()))
      .catch(() => {})
      .finally(() => (probing = false))
  }
  const prober = setInterval(probe, PROBE_MS / 3).unref()

  return {
    connected: async () => {
      if (closed) throw new Error('the producer is closed')
      if (current !== undefined) return
      connecting ??= connect().finally(() => (connecting = undefined))
      await connecting
    },
    send: async (group) => {
      if (current === undefined) throw new Error('the producer is not connected')
      const byTopic = new Map<string, ByPartition>()
      for (const { topic, fields, partition = 0 } of group.records) {
        const messages = byTopic.get(topic) ?? new ByPartition()
        if (messages.length === 0) byTopic.set(topic, messages)
        // kafkajs passes on what it does not know, and wants a value, which stands in the fields already.
        const message: Message & { fields: Buffer } = { partition, value: null, fields }
        messages.push(message)
      }
      const stored = await current.sendBatch({
        acks: -1,
        timeout: REQUEST_TIMEOUT_MS,
        compression: CODECS[compression],
        topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
      })
      answeredAt = Date.now()
      return new Map(
        stored.map(({ topicName, partition, baseOffset }) => {
          const isKnown = baseOffset !== undefined && BigInt(baseOffset) >= 0n
          return [`${topicName} ${partition}`, isKnown ? baseOffset : undefined] as const
        }),
      )
    },
    replace: () => {
      const old = current
      current = undefined
      if (old !== undefined) discard(old)
    },
    isReady: () => current !== undefined && Date.now() - answeredAt < SILENCE_MS,
    isClosed: () => closed,
    close: async () => {
      closed = true
      clearInterval(prober)
      admin.close()
      const old = current
      current = undefined
      await connecting?.catch(() => {})
      await old?.disconnect().catch(() => {})
    },
  }
}
