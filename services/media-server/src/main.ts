import { checkConfig, openConfig, serviceHelp } from '@imchannel/config'
import { createKafkaClient } from '@imchannel/kafka'
import { run } from '@imchannel/lifecycle'
import { createLogger, createTroubleLog } from '@imchannel/logging'
import { createRedis } from '@imchannel/redis'
import { startTelemetry } from '@imchannel/telemetry'
import { DRAIN_MS, mediaRedisOf, REDIS_TIMEOUT_MS } from './config.ts'
import { createMediaServer } from './service.ts'

const name = 'media-server'
const { env } = process

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

if (process.argv.includes('--help')) {
  process.stdout.write(serviceHelp(name, 'serves media from Redis to Infobip, and takes bots’ uploads'))
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
      const telemetry = await startTelemetry({ service: name, env, log: say })
      flush = async () => {
        await Promise.all([telemetry.shutdown(), log.flush()])
      }
      const kafka = createKafkaClient(settings.kafka, {
        clientId: `imchannel-${name}`,
        log: (level, text, fields) => log[level]({ fn: 'kafka', ...fields }, text),
      })
      const redis = createRedis(mediaRedisOf(settings), {
        name: `imchannel-${name}`,
        commandTimeoutMs: REDIS_TIMEOUT_MS,
        onError: createTroubleLog(log, { fn: 'redis', about: 'Redis' }),
      })
      const metricsText = async (): Promise<string> => telemetry.metricsText()
      return createMediaServer({ config, log, redis, kafka, metricsText })
    },
    { name, drainMs: DRAIN_MS, log: say, flush: async () => flush() },
  )
}
