import { setTimeout as sleep } from 'node:timers/promises'
import type { ManagedChild } from './managed-child.ts'

export interface ReadyOptions {
  name: string
  timeoutMs: number
  isReady(): Promise<boolean>
  /** The end of the program's own log, for the error. */
  logTail(): Promise<string>
}

/** Waits until the child answers. @throws with the end of its log when it ends first or takes too long */
export async function untilReady(child: ManagedChild, options: ReadyOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs
  while (child.isRunning()) {
    if ((await options.isReady()) && child.isRunning()) return
    if (Date.now() > deadline) {
      await child.kill()
      throw new Error(`${options.name} did not answer within ${options.timeoutMs} ms:\n${await options.logTail()}`)
    }
    await sleep(50)
  }
  const { code, signal } = await child.exited
  throw new Error(
    `${options.name} ended while starting (${signal ?? `exit code ${code}`}):\n${await options.logTail()}`,
  )
}
