import { checkConfig, openConfig, serviceHelp } from '@imchannel/config'
import { createKafkaClient } from '@imchannel/kafka'
import { run } from '@imchannel/lifecycle'
import { createLogger, createTroubleLog } from '@imchannel/logging'
import { createRedis } from '@imchannel/redis'
import { startTelemetry } from '@imchannel/telemetry'
import { openDatabase } from './adapters/store/open-database.ts'
import { identityOf } from './adapters/store/store-identity.ts'
import { consoleConfigOf, DEFAULT_STORE, DRAIN_MS, REDIS_TIMEOUT_MS } from './config.ts'
import { createConsole } from './service.ts'

const name = 'console'
const { env } = process

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (process.argv.includes('--help')) {
  process.stdout.write(serviceHelp(name, 'shows operators what happened in each conversation and why'))
} else if (process.argv.includes('--check-config')) {
  process.exitCode = checkConfig(env, print)
} else {
  const log = createLogger({ service: name, format: 'classic', level: 'info', privacy: 'none' })
  const say = (line: string): void => log.info({ fn: name }, line)
  let flush = async (): Promise<void> => log.flush()

  await run(
    async () => {
      const config = openConfig({ env, log: (level, line) => log[level]({ fn: 'config' }, line) })
      const settings = config.current()
      log.configure(settings.logs)
      const { store = DEFAULT_STORE } = consoleConfigOf(settings)
      const telemetry = await startTelemetry({ service: name, env, log: say })
      flush = async () => {
        await Promise.all([telemetry.shutdown(), log.flush()])
      }
      const database = await openDatabase(store, (line) => log.warn({ fn: 'store' }, line))
      const kafka = createKafkaClient(settings.kafka, {
        clientId: `imchannel-${name}`,
        log: (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, text),
      })
      const redis = createRedis(settings.redis, {
        name: `imchannel-${name}`,
        commandTimeoutMs: REDIS_TIMEOUT_MS,
        onError: createTroubleLog(log, { fn: 'redis', about: 'Redis' }),
      })
      const metricsText = async (): Promise<string> => telemetry.metricsText()
      const identity = await identityOf(database.write)
      return createConsole({ config, log, redis, kafka, database, identity, metricsText })
    },
    { name, drainMs: DRAIN_MS, log: say, flush: async () => flush() },
  )
}
