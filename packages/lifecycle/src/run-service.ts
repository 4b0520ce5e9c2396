import { checkConfig, type ConfigSource, openConfig, serviceHelp } from '@imchannel/config'
import { createLogger, line, type Logger, raw } from '@imchannel/logging'
import { startTelemetry, type Telemetry } from '@imchannel/telemetry'
import { run } from './run.ts'
import type { Service } from './service.ts'

/** What the process has for its service; it stays the process's, which closes it. */
export interface ServiceParts {
  readonly config: ConfigSource
  /** Follows the configuration's `logs`. */
  readonly log: Logger
  /** Started before anything makes an instrument: the metrics API has no second chance. */
  readonly telemetry: Telemetry
}

export interface ServiceProgram {
  /** `ingress`, `dispatcher` … */
  readonly name: string
  /** For `--help`: what it does, as in "turns webhooks into events". */
  readonly purpose: string
  /** How long its stop may take, so that the watchdog only ends what hangs. */
  readonly drainMs: number
  readonly create: (parts: ServiceParts) => Service | Promise<Service>
}

/** The main program of a service: its options, its configuration, its logs, its telemetry, its signals. */
export async function runService({ name, purpose, drainMs, create }: ServiceProgram): Promise<void> {
  const { argv, env } = process
  if (argv.includes('--help')) {
    process.stdout.write(serviceHelp(name, purpose))
    return
  }
  if (argv.includes('--check-config')) {
    process.exitCode = checkConfig(env, (text) => process.stdout.write(`${text}\n`))
    return
  }
  // Nothing is let out that the configuration, which is not read yet, may want masked.
  const log = createLogger({ service: name, format: 'classic', level: 'info', privacy: 'mask' })
  let config: ConfigSource | undefined
  let telemetry: Telemetry | undefined
  await run(
    async () => {
      config = openConfig({ env, log: (level, text) => log[level]({ fn: 'config' }, line`${raw(text)}`) })
      log.configure(config.current().logs)
      config.onChange((next) => log.configure(next.logs))
      telemetry = await startTelemetry({ service: name, env, log: (text) => log.warn({ fn: 'telemetry' }, text) })
      return create({ config, log, telemetry })
    },
    {
      name,
      drainMs,
      // A refused configuration has one problem a line.
      log: (text) => text.split('\n').forEach((part) => log.info({ fn: 'run' }, line`${raw(part)}`)),
      flush: async () => {
        await config?.close()
        await telemetry?.shutdown()
        await log.flush()
      },
    },
  )
}
