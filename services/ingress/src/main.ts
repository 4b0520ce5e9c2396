import { checkConfig, type ConfigSource, openConfig, serviceHelp } from '@imchannel/config'
import { run } from '@imchannel/lifecycle'
import { createLogger, type Logger } from '@imchannel/logging'
import { startTelemetry, type Telemetry } from '@imchannel/telemetry'
import { createIngress } from './service.ts'

const name = 'ingress'
/** In-flight webhooks have a deadline of 5 s, Kafka's producer 10 s to send what waits. */
const DRAIN_MS = 25_000

const { env, argv } = process
const log: Logger = createLogger({ service: name, format: 'classic', level: 'info', privacy: 'none' })

if (argv.includes('--help')) {
  process.stdout.write(serviceHelp(name, 'turns Infobip’s webhooks into Kafka events'))
} else if (argv.includes('--check-config')) {
  process.exitCode = checkConfig(env, (text) => process.stdout.write(`${text}\n`))
} else {
  let telemetry: Telemetry | undefined
  await run(
    async () => {
      const config: ConfigSource = openConfig({ env, log: (level, text) => log[level]({ fn: 'config' }, text) })
      log.configure(config.current().logs)
      config.onChange((next) => log.configure(next.logs))
      telemetry = await startTelemetry({ service: name, env, log: (text) => log.warn({ fn: 'telemetry' }, text) })
      return createIngress({ config, log, telemetry })
    },
    {
      name,
      drainMs: DRAIN_MS,
      // A refused configuration has one problem a line.
      log: (text) => text.split('\n').forEach((part) => log.info({ fn: 'run' }, part)),
      flush: async () => {
        await telemetry?.shutdown()
        await log.flush()
      },
    },
  )
}
