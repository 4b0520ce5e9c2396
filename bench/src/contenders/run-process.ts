import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout, freePorts, spawnManaged } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import type { Stage } from '../stage.ts'
import { cpuMicrosOf, memoryMbOf } from '../process-figures.ts'
import type { RunningContender } from './contender.ts'

export interface ProcessOptions {
  readonly command: string
  readonly args: (port: number) => readonly string[]
  readonly env?: (port: number) => NodeJS.ProcessEnv
  /** Asked with GET until it answers anything at all. */
  readonly readyPath: string
  /** Without a listening port there is nothing to wait for. */
  readonly listens?: boolean
}

/** Starts a contender; its output goes to a file, as in production. */
export async function runProcess(stage: Stage, name: string, options: ProcessOptions): Promise<RunningContender> {
  const [port = 0] = await freePorts(1)
  const log = join(stage.folder, `${name}-${port}.log`)
  const child = await spawnManaged(options.command, [...options.args(port)], {
    cwd: checkout,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env?.(port) },
    // The file itself is its standard output: nothing of it passes through the process that generates the load.
    output: { file: log },
  })
  const origin = `http://127.0.0.1:${port}`
  if (options.listens ?? true) {
    await waitUntil(async () => !child.isRunning() || (await fetch(origin + options.readyPath)).status < 500, {
      timeoutMs: 60_000,
      what: `${name} answers on ${origin}`,
    })
    if (!child.isRunning())
      throw new Error(`${name} has ended; it printed:\n${(await readFile(log, 'utf8')).slice(0, 10_000)}`)
  }
  const url = `${origin}/acme/imchannel/onMessage`
  return {
    url,
    urls: [url],
    pid: child.pid,
    memoryMb: () => memoryMbOf(child.pid),
    cpuMicros: () => cpuMicrosOf(child.pid),
    async [Symbol.asyncDispose]() {
      await child.stop(20_000)
    },
  }
}
