import { BrokenInvariant } from './broken-invariant.ts'
import { exitCodes } from './exit-codes.ts'
import { releaseStartUpMemory } from './release-start-up-memory.ts'
import type { Service } from './service.ts'
import { verifyCertificates } from './verify-certificates.ts'
import { within } from './within.ts'

export interface RunOptions {
  /** Named in every line. */
  readonly name: string
  /** How long `stop()` may take before the watchdog ends the process with exit code 70. */
  readonly drainMs: number
  readonly log: (line: string) => void
  /** Writes out what is still buffered (logs, spans); given two seconds. */
  readonly flush?: () => Promise<void>
}

type StopSignal = 'SIGTERM' | 'SIGINT'

/** Long enough to write out a full buffer, short enough not to look hung when nobody reads it. */
const FLUSH_MS = 2_000

/**
 * Runs a service until a signal, and owns the process's signals and exit code: clean stop 0, failed start 1 (what had
 * started is stopped first), second signal 130 or 143 at once, a drain that takes too long or a broken invariant 70.
 *
 * @param create builds the service; what it throws counts as a failed start
 */
export async function run(create: () => Promise<Service>, options: RunOptions): Promise<void> {
  const { name, drainMs, log, flush } = options
  let service: Service | undefined
  let stopping: Promise<void> | undefined

  async function exit(code: number): Promise<never> {
    await within(begun(flush), FLUSH_MS).catch(() => 'a failed flush changes nothing about the exit')
    // oxlint-disable-next-line unicorn/no-process-exit -- the one place of the project that ends a process
    process.exit(code)
  }

  async function stop(signal: StopSignal): Promise<void> {
    log(`${name} stops on ${signal}`)
    const inTime = await within(
      begun(async () => service?.stop()),
      drainMs,
    ).catch((error: unknown) => {
      log(`${name} did not stop cleanly: ${reasonOf(error)}`)
      return 'failed' as const
    })
    if (inTime === false) {
      log(`${name} did not drain within ${drainMs} ms and ends now`)
      return exit(exitCodes.broken)
    }
    if (inTime === 'failed') return exit(exitCodes.broken)
    log(`${name} stopped`)
    return exit(exitCodes.clean)
  }

  function onSignal(signal: StopSignal): void {
    // oxlint-disable-next-line unicorn/no-process-exit -- a second signal means: now
    if (stopping) process.exit(exitCodes[signal])
    stopping = stop(signal)
  }

  function onBug(error: unknown): void {
    const what = error instanceof BrokenInvariant ? 'has a broken invariant' : 'has an uncaught error'
    log(`${name} ${what} and ends: ${traceOf(error)}`)
    void exit(exitCodes.broken)
  }

  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  process.on('uncaughtException', onBug).on('unhandledRejection', onBug)

  verifyCertificates(process.env, (line) => log(`${name}: ${line}`))
  try {
    service = await create()
    // A signal that came while it was being created had nothing to stop: nothing is started now.
    if (stopping) return await stopping
    await service.start()
    releaseStartUpMemory()
  } catch (error) {
    // A stop that cuts the start short makes it reject: that is no failure.
    if (stopping) return await stopping
    if (error instanceof BrokenInvariant) return onBug(error)
    log(`${name} failed to start: ${reasonOf(error)}`)
    await within(
      begun(async () => service?.stop()),
      drainMs,
    ).catch((problem: unknown) => log(`${name} did not unwind cleanly: ${reasonOf(problem)}`))
    await exit(exitCodes.failedStart)
  }
}

/** What it throws at once is its failure, too. */
async function begun(work: (() => Promise<void>) | undefined): Promise<void> {
  await work?.()
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
