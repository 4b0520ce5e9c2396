import { CommanderError, type Command } from 'commander'
import { createProgram } from './create-program.ts'
import { createRunCommand } from './run-command.ts'
import { type ExitCode, Failure, messageOf } from './session/failure.ts'
import type { Io } from './session/io.ts'

const INTERRUPTED = 130

/** Runs one command line (without the program's name) and gives the exit code. Never throws. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let code: ExitCode = 0
  const program = createProgram(createRunCommand(io, (ended) => (code = ended)))
  quiet(program, io)
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (io.signal.aborted) return INTERRUPTED
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof Failure) {
      io.stderr.write(`${error.message}\n`)
      return error.exitCode
    }
    const stack = args.includes('--verbose') && error instanceof Error ? error.stack : undefined
    io.stderr.write(`${stack ?? plainWords(messageOf(error))}\n`)
    return 1
  }
}

/** ioredis's words for a Redis that is away or frozen. */
const REDIS_TIMEOUT = 'Command timed out'

function plainWords(message: string): string {
  if (message === REDIS_TIMEOUT) return 'Redis does not answer: is it running, and is redis in the configuration right?'
  return `it failed: ${message} (--verbose tells where)`
}

/** Errors and help go where the caller says; no command ends the process. */
function quiet(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHelpWidth: () => 100,
    getErrHelpWidth: () => 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  for (const child of command.commands) quiet(child, io)
}
