import { checkConfig, openConfig, serviceHelp } from '@imchannel/config'
import { createLogger, line, raw } from '@imchannel/logging'
import { run } from '@imchannel/lifecycle'
import { startTelemetry } from '@imchannel/telemetry'
import { createDispatcher } from './service.ts'

const log = createLogger({ service: 'dispatcher', format: 'classic', level: 'info', privacy: 'mask' })
const say = (text: string): void => log.info({ fn: 'dispatcher' }, line`${raw(text)}`)
// Before anything makes an instrument: the metrics API has no second chance.
const telemetry = await startTelemetry({ service: 'dispatcher', env: process.env, log: say })

if (process.argv.includes('--help')) {
  process.stdout.write(serviceHelp('dispatcher', 'turns bots’ commands into Infobip calls'))
} else if (process.argv.includes('--check-config')) {
  process.exitCode = checkConfig(process.env, say)
} else {
  // Longer than the drain of requests on their way, so that the watchdog only ends what hangs.
  await run(
    async () => {
      const config = openConfig({
        env: process.env,
        log: (level, text) => log[level]({ fn: 'config' }, line`${raw(text)}`),
      })
      log.configure(config.current().logs)
      const dispatcher = createDispatcher({ config, log, metrics: () => telemetry.metricsText() })
      return {
        start: () => dispatcher.start(),
        stop: async () => {
          await dispatcher.stop()
          await config.close()
        },
      }
    },
    {
      name: 'dispatcher',
      drainMs: 30_000,
      log: say,
      flush: async () => {
        await telemetry.shutdown()
        await log.flush()
      },
    },
  )
}
