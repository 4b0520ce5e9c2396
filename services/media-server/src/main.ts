import { createKafkaClient } from '@imchannel/kafka'
import { runService } from '@imchannel/lifecycle'
import { createTroubleLog } from '@imchannel/logging'
import { createRedis } from '@imchannel/redis'
import { DRAIN_MS, mediaRedisOf, REDIS_TIMEOUT_MS } from './config.ts'
import { createMediaServer } from './service.ts'

await runService({
  name: 'media-server',
  purpose: 'serves media from Redis to Infobip, and takes bots’ uploads',
  drainMs: DRAIN_MS,
  create: ({ config, log, telemetry }) => {
    const settings = config.current()
    const kafka = createKafkaClient(settings.kafka, {
      clientId: 'imchannel-media-server',
      log: (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, text),
    })
    const redis = createRedis(mediaRedisOf(settings), {
      name: 'imchannel-media-server',
      commandTimeoutMs: REDIS_TIMEOUT_MS,
      onError: createTroubleLog(log, { fn: 'redis', about: 'Redis' }),
    })
    return createMediaServer({ config, log, redis, kafka, metricsText: () => telemetry.metricsText() })
  },
})
