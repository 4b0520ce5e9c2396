import {
  checkout,
  freePorts,
  PROGRAMS,
  spawnManaged,
  type Exit,
  type ManagedChild,
  type ProgramName,
} from '@imchannel/local-stack'
import { observe, observeCommandLines, watchSecretsOf } from './secrets/leak-watch.ts'
import { stackKind } from './stack-kind.ts'
import { PortTaken, untilItAnswers } from './until-it-answers.ts'
import { waitUntil } from './wait-until.ts'

export interface SpawnOptions {
  args?: readonly string[]
  /** Whether to wait for `/readyz` to answer 200. Default true. */
  ready?: boolean
  /** What stands before its command: a memory limit's. Not for images. */
  under?: readonly string[]
  /** The folder that holds its sources, where they are another version's. Default this checkout. */
  checkout?: string
}

export interface ServiceProcess extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly exited: Promise<Exit>
  /** Everything that it has printed so far, both streams. */
  output(): string
  /** Resolves with the first line that matches, printed already or later. */
  line(pattern: RegExp | string): Promise<string>
  /** SIGTERM; resolves with its exit. */
  stop(): Promise<Exit>
  /** `kill -9` */
  kill(): Promise<Exit>
  signal(name: NodeJS.Signals): void
}

/** A port that was free a moment ago may be another's by the time that the service opens it. */
const PORT_TRIES = 3

/**
 * Starts a service on a free port (or `env.PORT`) and with the environment given: from its sources, as its users start it,
 * beside PATH and HOME alone, or from its image where the stack is containers. It ends with the test process.
 * @throws with all that it printed when it ends before it is ready
 */
export async function spawnService(
  name: ProgramName,
  env: Readonly<Record<string, string>>,
  options: SpawnOptions = {},
): Promise<ServiceProcess> {
  if (env.PORT !== undefined) return spawnOn(Number(env.PORT), name, env, options)
  for (let attempt = 1; ; attempt++) {
    const [port = 0] = await freePorts(1)
    try {
      return await spawnOn(port, name, env, options)
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_TRIES) throw error
    }
  }
}

async function spawnOn(
  port: number,
  name: ProgramName,
  env: Readonly<Record<string, string>>,
  options: SpawnOptions,
): Promise<ServiceProcess> {
  let output = ''
  const child = await start(name, {
    args: options.args ?? [],
    env: { ...env, PORT: String(port) },
    checkout: options.checkout,
    under: options.under ?? [],
    output: (chunk) => {
      output += chunk
    },
  })
  const url = `http://127.0.0.1:${port}`
  const healthUrl = env.ADMIN_PORT === undefined ? url : `http://127.0.0.1:${env.ADMIN_PORT}`
  const dead = (): Error => new Error(`${name} has ended; it printed:\n${output}`)
  if (options.ready ?? true) await untilItAnswers(child, { name, healthUrl, port, output: () => output })
  const configFiles = [env.IMCHANNEL_CONFIG, env.EMULATOR_CONFIG].filter((file) => file !== undefined)
  configFiles.forEach(watchSecretsOf)
  observeCommandLines()
  void child.exited.then(() => observe('stdout and stderr', output))
  const stop = async (): Promise<Exit> => {
    // Again: they may have been changed meanwhile.
    configFiles.forEach(watchSecretsOf)
    if (child.isRunning()) await observeMetrics(healthUrl)
    return child.stop(30_000)
  }
  return {
    url,
    port,
    pid: child.pid,
    exited: child.exited,
    output: () => output,
    line: async (pattern) => {
      const find = (): string | undefined => output.split('\n').find((text) => text.match(pattern) !== null)
      await waitUntil(() => find() !== undefined || !child.isRunning(), { what: `${name} prints ${pattern}` })
      const line = find()
      if (line === undefined) throw dead()
      return line
    },
    stop,
    kill: () => child.kill(),
    signal: (signal) => void child.signal(signal),
    [Symbol.asyncDispose]: async () => {
      await stop()
    },
  }
}

interface StartOptions {
  args: readonly string[]
  env: Readonly<Record<string, string>>
  checkout: string | undefined
  under: readonly string[]
  output: (chunk: string) => void
}

async function start(name: ProgramName, options: StartOptions): Promise<ManagedChild> {
  const { args, env, output } = options
  // Another version has no images.
  if (stackKind() === 'containers' && options.checkout === undefined) {
    const { runServiceContainer } = await import('./containers/run-service-container.ts')
    return runServiceContainer(name, { args, env, output })
  }
  const [command = process.execPath, ...rest] = [...options.under, process.execPath, PROGRAMS[name], ...args]
  return spawnManaged(command, rest, {
    cwd: options.checkout ?? checkout,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      // As `npm start` and the images have it: half of what a start costs.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      // Set in tests of faults, whose spans are searched for secrets.
      OTEL_EXPORTER_OTLP_ENDPOINT: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_BSP_SCHEDULE_DELAY: process.env.OTEL_BSP_SCHEDULE_DELAY,
      ...env,
    },
    output,
  })
}

/** What a service counts, if it still says so: one whose dependencies are frozen may not. */
async function observeMetrics(healthUrl: string): Promise<void> {
  try {
    const answer = await fetch(`${healthUrl}/metrics`, { signal: AbortSignal.timeout(1_000) })
    observe('metrics', await answer.text())
  } catch {
    // Its output tells why.
  }
}
