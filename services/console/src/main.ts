import { createKafkaClient } from '@imchannel/kafka'
import { runService } from '@imchannel/lifecycle'
import { createTroubleLog } from '@imchannel/logging'
import { createRedis } from '@imchannel/redis'
import { openDatabase } from './adapters/store/open-database.ts'
import { identityOf } from './adapters/store/store-identity.ts'
import { consoleConfigOf, DEFAULT_STORE, DRAIN_MS, REDIS_TIMEOUT_MS } from './config.ts'
import { createConsole } from './service.ts'

await runService({
  name: 'console',
  purpose: 'shows operators what happened in each conversation and why',
  drainMs: DRAIN_MS,
  create: async ({ config, log, telemetry }) => {
    const settings = config.current()
    const { store = DEFAULT_STORE } = consoleConfigOf(settings)
    const database = await openDatabase(store, (line) => log.warn({ fn: 'store' }, line))
    const kafka = createKafkaClient(settings.kafka, {
      clientId: 'imchannel-console',
      log: (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, text),
    })
    const redis = createRedis(settings.redis, {
      name: 'imchannel-console',
      commandTimeoutMs: REDIS_TIMEOUT_MS,
      onError: createTroubleLog(log, { fn: 'redis', about: 'Redis' }),
    })
    const identity = await identityOf(database.write)
    return createConsole({
      config,
      log,
      redis,
      kafka,
      database,
      identity,
      metricsText: () => telemetry.metricsText(),
    })
  },
})
