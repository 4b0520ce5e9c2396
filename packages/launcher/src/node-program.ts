import { checkout, nodeArguments, nodeEnvironment, spawnManaged, type ProgramName } from '@imchannel/local-stack'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLineOutput } from './line-output.ts'
import type { Supervised } from './supervise.ts'

/** Longer than a service's own drain, which ends with an exit of its own. */
const STOP_MS = 30_000
const POLL_MS = 100
const PATIENCE_MS = 10_000

export interface NodeProgramOptions {
  env: NodeJS.ProcessEnv
  /** Whether it serves; given what it has printed since it started. Undefined, or why it does not yet. */
  isReady: (printed: string) => Promise<ReadyState>
  say: (line: string) => void
}

export type ReadyState = { ready: true } | { ready: false; why: string }

/** One of this project's own programs, as something to supervise. Its lines go to our stdout as they are. */
export function nodeProgram(name: ProgramName, { env, isReady, say }: NodeProgramOptions): Supervised {
  return {
    name,
    start: async (signal) => {
      const output = createLineOutput((text) => process.stdout.write(text))
      const child = await spawnManaged(process.execPath, nodeArguments(name), {
        env: { ...nodeEnvironment(name), ...env },
        cwd: checkout,
        output: output.write,
      })
      const stop = (): Promise<unknown> => child.stop(STOP_MS)
      void child.exited.then(output.end)
      let patientUntil = Date.now() + PATIENCE_MS
      while (child.isRunning()) {
        const state = await isReady(output.tail())
        if (state.ready && child.isRunning()) return { exited: child.exited, stop }
        if (signal.aborted) await stop()
        if (!state.ready && Date.now() > patientUntil) {
          say(`waiting for ${name}: ${state.why}`)
          patientUntil = Date.now() + PATIENCE_MS
        }
        await sleep(POLL_MS)
      }
      const { code, signal: killedBy } = await child.exited
      throw new Error(`It ended with ${killedBy ?? `exit code ${code}`}, having printed:\n${output.tail()}`)
    },
  }
}
