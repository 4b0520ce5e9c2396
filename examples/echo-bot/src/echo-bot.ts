import { setTimeout as sleep } from 'node:timers/promises'
import { decodeEvent, extractTrace, injectTrace, topics as topicsOf } from '@imchannel/events'
import { SpanKind, context, trace } from '@opentelemetry/api'
import { Kafka, logLevel, type EachMessagePayload } from 'kafkajs'
import { replyTo } from './reply-to.ts'

export interface EchoBotOptions {
  readonly brokers: readonly string[]
  /** Answers this tenant's customers alone; everybody's without one. */
  readonly tenant?: string | undefined
  readonly topicPrefix?: string | undefined
  readonly groupId?: string | undefined
}

/** A bot as its author would write it: an ordinary Kafka client and `@imchannel/events`. */
export function createEchoBot(options: EchoBotOptions): { start(): Promise<void>; stop(): Promise<void> } {
  const topics = topicsOf(options.topicPrefix)
  const kafka = new Kafka({
    clientId: 'echo-bot',
    brokers: [...options.brokers],
    logLevel: logLevel.NOTHING,
    // Kafka may be away for long: a bot waits rather than dies.
    retry: { retries: 1_000_000, initialRetryTime: 200, maxRetryTime: 5_000 },
  })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  const consumer = kafka.consumer({
    // Bots of other systems on the same Kafka read other topics: they are no members of this group.
    groupId: options.groupId ?? `${options.topicPrefix ?? 'imchannel'}.echo-bot`,
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 300,
  })
  const stopping = new AbortController()
  const tracer = trace.getTracer('echo-bot')

  async function onRecord({ topic, partition, message }: EachMessagePayload): Promise<void> {
    const headers = Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    )
    const decoded = decodeEvent({
      topic,
      partition,
      offset: message.offset,
      key: message.key,
      value: message.value,
      headers,
    })
    if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.message.received.v1') return
    if (options.tenant !== undefined && decoded.event.tenant !== options.tenant) return
    const command = replyTo(decoded.event)
    if (command === undefined) return
    const span = tracer.startSpan(
      `process ${topic}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.type': 'process',
          'messaging.destination.name': topic,
        },
      },
      extractTrace(headers),
    )
    try {
      const traced = injectTrace({ 'content-type': 'application/json' }, trace.setSpan(context.active(), span))
      const key = decoded.event.key
      await producer.send({
        topic: topics.outbound,
        messages: [{ key, value: JSON.stringify(command), headers: traced }],
      })
    } finally {
      span.end()
    }
  }

  // The gateway makes the topics when it starts, which may be later than the bot.
  async function subscribe(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        return await consumer.subscribe({ topics: [topics.inbound], fromBeginning: true })
      } catch (error) {
        if (!(error instanceof Error && 'type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION')) throw error
        await sleep(500)
      }
    }
  }

  return {
    async start() {
      await producer.connect()
      await consumer.connect()
      await subscribe()
      await consumer.run({ partitionsConsumedConcurrently: 4, eachMessage: onRecord })
    },
    async stop() {
      stopping.abort()
      await consumer.disconnect()
      await producer.disconnect()
    },
  }
}
