import { join } from 'node:path'
import { findExecutables, spawnManaged } from '@imchannel/local-stack'
import { setTimeout as sleep } from 'node:timers/promises'
import { takesConnections } from './answers.ts'
import type { Supervised } from './supervise.ts'

const UI_PORT = 16_686
const OTLP_PORT = 4318
const STOP_MS = 5_000

export interface Tracing {
  /** Undefined where one runs already. */
  program?: Supervised
  env: Record<string, string>
  link: string
}

/** A Jaeger for the traces, where there is one to start or one that runs; none where the environment names another place. */
export async function findTracing(env: NodeJS.ProcessEnv, dataDir: string): Promise<Tracing | undefined> {
  if (env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) return undefined
  const found = {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${OTLP_PORT}` },
    link: `http://127.0.0.1:${UI_PORT}`,
  }
  const [ui, otlp] = await Promise.all([UI_PORT, OTLP_PORT].map((port) => takesConnections('127.0.0.1', port)))
  if (ui && otlp) return found
  const binary =
    env['JAEGER_BIN'] || [...findExecutables('jaeger', env), ...findExecutables('jaeger-all-in-one', env)][0]
  if (binary === undefined || ui || otlp) return undefined
  return { ...found, program: jaeger(binary, env, dataDir) }
}

function jaeger(binary: string, env: NodeJS.ProcessEnv, dataDir: string): Supervised {
  return {
    name: 'Jaeger',
    start: async () => {
      const child = await spawnManaged(binary, [], { env, output: { file: join(dataDir, 'jaeger.log') } })
      while (child.isRunning()) {
        if (await takesConnections('127.0.0.1', OTLP_PORT))
          return { exited: child.exited, stop: () => child.stop(STOP_MS) }
        await sleep(100)
      }
      throw new Error(`Its log is ${join(dataDir, 'jaeger.log')}.`)
    },
  }
}
