import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { portOwner, type ManagedChild } from '@imchannel/local-stack'
import { waitUntil } from './wait-until.ts'

/** Far beyond what a start takes on a busy machine. */
const START_MS = 120_000

/** Another program has the port. */
export class PortTaken extends Error {}

export interface AnswerOptions {
  readonly name: string
  readonly healthUrl: string
  readonly port: number
  readonly output: () => string
}

/**
 * Waits until the child is ready, and makes sure that it is the child that says so: whoever else has its port answers too.
 * @throws PortTaken, or with all that the child printed when it ends first or takes too long
 */
export async function untilItAnswers(
  child: ManagedChild,
  { name, healthUrl, port, output }: AnswerOptions,
): Promise<void> {
  const taken = (): boolean => /EADDRINUSE|port \d+ is taken/.test(output())
  try {
    await waitUntil(async () => !child.isRunning() || (await fetch(`${healthUrl}/readyz`)).ok, {
      timeoutMs: START_MS,
      what: `${name} ready on ${healthUrl}`,
    })
    for (const each of new Set([port, Number(new URL(healthUrl).port)])) {
      const owner = await portOwner(each, child.pid)
      if (!child.isRunning()) break
      if (owner !== undefined && owner !== child.pid && (await groupOf(owner)) !== child.pid)
        throw new PortTaken(
          `port ${each}, where ${name} was to be, is process ${owner}'s; ${name} printed:\n${output()}`,
        )
    }
  } catch (error) {
    await child.kill()
    if (error instanceof PortTaken) throw error
    throw new Error(`${name} printed:\n${output()}`, { cause: error })
  }
  if (child.isRunning()) return
  const text = `${name} has ended; it printed:\n${output()}`
  throw taken() ? new PortTaken(text) : new Error(text)
}

/** The group of a process: a service may have others listen for it. */
async function groupOf(pid: number): Promise<number | undefined> {
  return promisify(execFile)('ps', ['-o', 'pgid=', '-p', String(pid)]).then(
    ({ stdout }) => Number.parseInt(stdout, 10),
    () => undefined,
  )
}
