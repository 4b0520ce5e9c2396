import { createKafkaClient, createProducer } from '@imchannel/kafka'
import type { KafkaClient, KafkaLog, Producer } from '@imchannel/kafka'
import type { Config } from '@imchannel/config'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createRedis } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import type { Instruments } from './instruments.ts'

/** Everything that the dispatcher is connected to but Infobip, whose connections are the accounts'. */
export interface Connections {
  readonly redis: RedisClient
  /** Another one where media have a Redis of their own. */
  readonly mediaRedis: RedisClient
  readonly client: KafkaClient
  readonly producer: Producer
  /** One batch is in flight at a time: a dead-letter topic that cannot be written must not hold up the events of others. */
  readonly deadLetterProducer: Producer
  /** Of the diagnosis alone, as a client of its own: for quotas, and without a line for each of its troubles. */
  readonly diagnosis: { readonly client: KafkaClient; readonly producer: Producer }
  closeProducers(): Promise<void>
  closeRedis(): void
}

export function openConnections(
  { redis: settings, kafka }: Config,
  { log, instruments }: { log: Logger; instruments: Instruments },
): Connections {
  const onError = instruments.redisFailed
  // Without a time limit: Redis away costs time, not messages.
  const redis = createRedis(settings, { name: 'imchannel-dispatcher', onError })
  const mediaRedis =
    settings.mediaUrl === undefined
      ? redis
      : createRedis({ url: settings.mediaUrl, tls: settings.tls }, { name: 'imchannel-dispatcher-media', onError })
  const client = createKafkaClient(kafka, { clientId: 'imchannel-dispatcher', log: kafkaLog(log) })
  const producer = createProducer(client)
  const deadLetterProducer = createProducer(client)
  const diagnosisClient = createKafkaClient(kafka, { clientId: 'imchannel-dispatcher-attempts', log: () => undefined })
  const diagnosis = { client: diagnosisClient, producer: createProducer(diagnosisClient) }

  return {
    redis,
    mediaRedis,
    client,
    producer,
    deadLetterProducer,
    diagnosis,
    closeProducers: async () => {
      await Promise.all([producer.close(), deadLetterProducer.close()])
    },
    closeRedis: () => {
      redis.disconnect()
      if (mediaRedis !== redis) mediaRedis.disconnect()
    },
  }
}

function kafkaLog(log: Logger): KafkaLog {
  return (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, line`${raw(text)}`)
}
