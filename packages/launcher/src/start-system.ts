import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openConfig, type Config } from '@imchannel/config'
import { tryLock } from '@imchannel/local-stack'
import { kafkaBacking, redisBacking, type Backing } from './backing.ts'
import { breakIt } from './break-it.ts'
import { findTracing, type Tracing } from './jaeger.ts'
import { readPorts, type Ports } from './ports.ts'
import { Refusal } from './refusal.ts'
import { requireFreePort } from './require-free-port.ts'
import { serviceStages } from './service-stages.ts'
import { stopSignal } from './stop-signal.ts'
import { supervise, type Supervised, type Supervisor } from './supervise.ts'
import { configFile, dataFolder, DEMO_CONFIG, PORT_SETTINGS, systemEnvironment } from './system-environment.ts'

export interface StartOptions {
  demo: boolean
  env: NodeJS.ProcessEnv
  say: (line: string) => void
}

/** `npm start`: the whole system, until a signal ends it or a part of it cannot start. Gives the exit code. */
export async function startSystem({ demo, env, say }: StartOptions): Promise<number> {
  const startedAt = Date.now()
  const ports = readPorts(env)
  const dataDir = dataFolder(env)
  // Conversations, perhaps real ones: for nobody else on this machine, whatever its umask is.
  process.umask(0o077)
  mkdirSync(dataDir, { recursive: true })
  chmodSync(dataDir, 0o700)
  const lock = tryLock(join(dataDir, 'run.lock'))
  if ('heldBy' in lock) {
    throw new Refusal(
      `npm start is running already with the data in ${dataDir} (process ${lock.heldBy.pid}): end that one first.`,
    )
  }
  try {
    const system = await prepare({ demo: demo || configFile(env) === DEMO_CONFIG, env, say }, ports, dataDir)
    return await runUntilEnd(system, say, startedAt)
  } finally {
    lock.release()
  }
}

interface System {
  /** Stopped in the opposite order: what others need goes last. */
  stages: readonly (readonly Supervised[])[]
  facts: readonly string[]
}

/** Everything that can be refused is refused here, before anything is started. */
async function prepare({ demo, env, say }: StartOptions, ports: Ports, dataDir: string): Promise<System> {
  const systemEnv = systemEnvironment(env, ports)
  const config = readConfig(systemEnv, say)
  const backing = { config, env, say }
  const kafka = await kafkaBacking({ ...backing, dataDir: join(dataDir, 'kafka') })
  const redis = await redisBacking({ ...backing, dataDir: join(dataDir, 'redis') })
  const tracing = await findTracing(env, dataDir)
  const absent = [...(demo ? [] : ['emulator']), ...(config.console === undefined ? ['console'] : [])]
  await requireOwnPorts([kafka, redis], ports, absent)
  if (demo) await requireFreePort(ports.BREAK_PORT, 'the page on which to break it', 'BREAK_PORT')
  const started = [kafka, redis].flatMap((one) => (one.kind === 'start' ? [one.program] : []))
  const broken = breakIt({ port: ports.BREAK_PORT, env: systemEnv, logFile: join(dataDir, 'break-it.log') })
  const services = serviceStages({
    demo,
    config,
    ports,
    say,
    env: { ...systemEnv, ...kafka.env, ...redis.env, ...tracing?.env, ...traceLinks(config, tracing) },
  })
  return {
    stages: [[...started, ...(tracing?.program ? [tracing.program] : [])], ...services, demo ? [broken.program] : []],
    facts: [
      `  configuration         ${configFile(env)}`,
      `  Kafka                 ${describe(kafka)}`,
      `  Redis                 ${describe(redis)}`,
      `  ingress               http://127.0.0.1:${ports.INGRESS_PORT}`,
      `  dispatcher            http://127.0.0.1:${ports.DISPATCHER_PORT} (health and metrics)`,
      `  media-server          http://127.0.0.1:${ports.MEDIA_PORT}`,
      ...(config.console === undefined ? [] : [`  console               http://127.0.0.1:${ports.CONSOLE_PORT}/`]),
      ...(demo
        ? [`  emulator, the phone   http://127.0.0.1:${ports.EMULATOR_PORT}/`, `  break it yourself     ${broken.link}`]
        : []),
      ...(tracing ? [`  Jaeger                ${tracing.link}`] : []),
    ],
  }
}

/** The console's page links to the Jaeger that runs here, unless the configuration names one. */
function traceLinks({ console: operators }: Config, tracing: Tracing | undefined): NodeJS.ProcessEnv {
  const isWanted = operators !== undefined && operators.jaegerUrl === undefined
  return isWanted && tracing !== undefined ? { CONSOLE_JAEGER_URL: tracing.link } : {}
}

function readConfig(env: NodeJS.ProcessEnv, say: (line: string) => void): Config {
  const source = openConfig({ env, log: (_level, line) => say(line) })
  void source.close()
  return source.current()
}

async function requireOwnPorts(backings: readonly Backing[], ports: Ports, absent: readonly string[]): Promise<void> {
  for (const [name, setting] of Object.entries(PORT_SETTINGS)) {
    if (!absent.includes(name)) await requireFreePort(ports[setting], name, setting)
  }
  for (const backing of backings) {
    if (backing.kind === 'start') await requireFreePort(backing.port, backing.program.name, backing.setting)
  }
}

function describe(backing: Backing): string {
  return backing.kind === 'start'
    ? `127.0.0.1:${backing.port} (log: ${backing.log})`
    : `${backing.where} (already there)`
}

async function runUntilEnd({ stages, facts }: System, say: (line: string) => void, startedAt: number): Promise<number> {
  const running: Supervisor[][] = []
  const failed = Promise.withResolvers<Error>()
  const asked = stopSignal()
  const end = Promise.race([asked, failed.promise])
  const start = async (): Promise<void> => {
    for (const stage of stages) {
      if (stage.length > 0) say(`starting ${stage.map(({ name }) => name).join(', ')}`)
      const supervisors = stage.map((program) => supervise(program, { say, onGivenUp: failed.resolve }))
      running.push(supervisors)
      await Promise.all(supervisors.map(({ ready }) => ready))
    }
    say(
      [`IMChannel is ready after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s. Ctrl-C ends it.`, ...facts].join(
        '\n',
      ),
    )
  }
  // A failed start has resolved `failed` already.
  void start().catch(() => undefined)
  const reason = await end
  say(reason instanceof Error ? reason.message : 'ending')
  for (const supervisors of running.toReversed()) await Promise.all(supervisors.map((one) => one.stop()))
  say('ended')
  return reason instanceof Error ? 1 : 0
}
