import { execFileSync } from 'node:child_process'
import { checkout, freePorts, spawnManaged, type Exit, type ManagedChild } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'

export interface SystemOptions {
  dataDir: string
  ports: Record<string, string>
  /** The command; `npm start` by default. */
  command?: readonly [string, ...string[]]
  env?: Record<string, string>
}

export interface System extends AsyncDisposable {
  readonly pid: number
  readonly exited: Promise<Exit>
  output(): string
  /** Resolves when it has said that it is ready. */
  ready(): Promise<void>
  /** Everything that has been started by it, itself among it. */
  processes(): number[]
  signal(name: NodeJS.Signals): void
}

/** Ports for a whole system, free a moment ago. */
export async function systemPorts(): Promise<Record<string, string>> {
  const names = [
    'INGRESS_PORT',
    'DISPATCHER_PORT',
    'MEDIA_PORT',
    'CONSOLE_PORT',
    'EMULATOR_PORT',
    'BREAK_PORT',
    'KAFKA_PORT',
    'REDIS_PORT',
  ]
  const ports = await freePorts(names.length)
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]))
}

/** Starts the system as a user does, with ports and data of its own. */
export async function npmStart(options: SystemOptions): Promise<System> {
  const { dataDir, ports, command = ['npm', 'start'], env = {} } = options
  const { KAFKA_BROKERS: _kafka, REDIS_URL: _redis, IMCHANNEL_CONFIG: _config, ...inherited } = process.env
  let output = ''
  const child: ManagedChild = await spawnManaged(command[0], command.slice(1), {
    cwd: checkout,
    // Jaeger's ports cannot be moved: it would be one for all.
    env: { ...inherited, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...ports, IMCHANNEL_DATA: dataDir, ...env },
    output: (chunk) => {
      output += chunk
    },
  })
  return {
    pid: child.pid,
    exited: child.exited,
    output: () => output,
    ready: async () => {
      await waitUntil(() => output.includes('IMChannel is ready') || !child.isRunning(), {
        timeoutMs: 180_000,
        what: `the system is ready, after:\n${output}`,
      })
      if (!output.includes('IMChannel is ready')) throw new Error(`npm start ended:\n${output}`)
    },
    processes: () => descendants(child.pid),
    signal: (name) => void child.signal(name),
    [Symbol.asyncDispose]: async () => {
      await child.stop(60_000)
    },
  }
}

function descendants(root: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const found = [root]
  for (const pid of found) found.push(...table.filter(([, parent]) => parent === pid).map(([child = 0]) => child))
  return found
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie is gone but for its entry in the table.
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z')
  } catch {
    return false
  }
}
