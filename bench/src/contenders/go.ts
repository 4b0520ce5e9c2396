import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDir, checkout } from '@imchannel/local-stack'
import type { Stage } from '../stage.ts'
import type { Contender } from './contender.ts'
import { runProcess } from './run-process.ts'

const binary = join(cacheDir(process.env), 'bench', 'go-gateway')

/**
 * The limit: net/http and franz-go, without checks, or with the same as ours: auth, ids and Redis dedupe in ingress; claim and outcome
 * in Redis, order by conversation and the outcome event in the dispatcher.
 */
export function go(checks: boolean): Contender {
  return {
    name: checks ? 'Go with the same checks' : 'Go without checks (the limit)',
    prepare: buildGo,
    startIngress: (stage, prefix) => start(stage, 'ingress', [...(checks ? ['-checks'] : []), '-prefix', prefix]),
    startDispatcher: (stage, prefix, provider) =>
      start(stage, 'dispatcher', [...(checks ? ['-checks'] : []), '-prefix', prefix, '-provider', provider], false),
  }
}

/** Builds the peer, a release build, once. */
export async function buildGo(): Promise<{ absent: string } | undefined> {
  try {
    await promisify(execFile)('go', ['build', '-o', binary, '.'], { cwd: join(checkout, 'bench/peers/go-gateway') })
    return undefined
  } catch (error) {
    return { absent: `go build: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` }
  }
}

export interface ProviderOptions {
  readonly latencyMs: number
  /** How many of a hundred requests are answered with 429. */
  readonly throttledPercent?: number
}

/** A provider that costs next to nothing: answers as Infobip does, after a latency. */
export async function startGoProvider(stage: Stage, { latencyMs, throttledPercent = 0 }: ProviderOptions) {
  return start(stage, 'provider', ['-latency', `${latencyMs}ms`, '-throttled', String(throttledPercent)])
}

function start(stage: Stage, mode: 'ingress' | 'dispatcher' | 'provider', args: readonly string[], listens = true) {
  return runProcess(stage, `go-${mode}`, {
    command: binary,
    args: (port) => [
      '-mode',
      mode,
      '-listen',
      `127.0.0.1:${port}`,
      '-brokers',
      stage.brokers.join(','),
      '-redis',
      new URL(stage.redisUrl).host,
      ...args,
    ],
    readyPath: '/',
    listens,
  })
}
