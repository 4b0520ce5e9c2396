import type { Config } from '@imchannel/config'
import type { KafkaClient } from '@imchannel/kafka'
import type { Logger } from '@imchannel/logging'
import { createPendingMedia } from '@imchannel/media-store'
import type { RedisClient } from '@imchannel/redis'
import { KEEPER_DRAIN_MS } from '../config.ts'
import type { InboundMedia } from './inbound-media.ts'
import { createKeepAtOnce } from './keep-at-once.ts'
import { createPendingKeeper } from './keep-pending.ts'

export interface InboundKeeperOptions {
  readonly kafka: KafkaClient
  readonly redis: RedisClient
  readonly prefix: string
  readonly topic: string
  readonly inbound: InboundMedia
  readonly config: () => Config
  readonly log: Logger
}

/** Keeps every customer's media: from the topic, and again from Redis for what could not be had at first. */
export function createInboundKeeper({ kafka, redis, prefix, topic, inbound, config, log }: InboundKeeperOptions) {
  const keeper = createPendingKeeper({ inbound, pending: createPendingMedia(redis), config, log })
  const consumer = createKeepAtOnce({ kafka, prefix, topic, keeper, log })
  return {
    start(): void {
      keeper.start()
      consumer.start()
    },
    async stop(): Promise<void> {
      await Promise.all([keeper.stop(), consumer.stop({ drainMs: KEEPER_DRAIN_MS })])
    },
  }
}
