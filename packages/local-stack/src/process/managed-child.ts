import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { forgetToReap, reapWithMe } from './reaper.ts'

export interface ManagedChildOptions {
  /** Where stdout and stderr go: a file (written anew), this process's own, or functions that get the text. */
  output: { file: string } | 'inherit' | ((chunk: string) => void)
  cwd?: string
  env?: NodeJS.ProcessEnv
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A child in a process group of its own that ends when this process does, also after `kill -9`. */
export interface ManagedChild {
  readonly pid: number
  readonly exited: Promise<Exit>
  isRunning(): boolean
  /** Sends a signal to the whole group; false when it is gone. */
  signal(name: NodeJS.Signals): boolean
  /** SIGTERM, and SIGKILL for what is left after `graceMs`. */
  stop(graceMs: number): Promise<Exit>
  kill(): Promise<Exit>
}

/** @throws when the program cannot be started at all */
export async function spawnManaged(
  command: string,
  args: readonly string[],
  options: ManagedChildOptions,
): Promise<ManagedChild> {
  const { output } = options
  const file = typeof output === 'object' ? openSync(output.file, 'w') : undefined
  const sink = file ?? (output === 'inherit' ? 'inherit' : 'pipe')
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', sink, sink],
    cwd: options.cwd,
    env: options.env ?? process.env,
  })
  if (file !== undefined) closeSync(file)
  if (typeof output === 'function') {
    child.stdout?.setEncoding('utf8').on('data', output)
    child.stderr?.setEncoding('utf8').on('data', output)
  }
  const pid = child.pid
  if (pid === undefined) {
    throw await new Promise<Error>((resolve) => child.once('error', resolve))
  }
  reapWithMe(pid)
  let running = true
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false
      forgetToReap(pid)
      resolve({ code, signal })
    })
  })
  const signal = (name: NodeJS.Signals): boolean => {
    if (!running) return false
    try {
      return process.kill(-pid, name)
    } catch {
      return false
    }
  }
  const kill = (): Promise<Exit> => {
    signal('SIGKILL')
    return exited
  }
  return {
    pid,
    exited,
    isRunning: () => running,
    signal,
    kill,
    stop: async (graceMs) => {
      signal('SIGCONT')
      signal('SIGTERM')
      const timer = new AbortController()
      const late = await Promise.race([
        exited.then(() => false),
        sleep(graceMs, true, { signal: timer.signal }).catch(() => false),
      ])
      timer.abort()
      return late ? kill() : exited
    },
  }
}
