import { Command } from 'commander'
import type { ExitCode } from './session/failure.ts'
import type { Io } from './session/io.ts'
import { createSession, type GlobalOptions, type Session } from './session/session.ts'

/**
 * Makes a commander action of a command: opens its session, hands over options and arguments, closes, keeps the exit code.
 * Commander types neither: what a command declares is what its function takes.
 */
export type RunCommand = (
  work: (session: Session, options: never, ...args: never[]) => Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>

export function createRunCommand(io: Io, onEnd: (code: ExitCode) => void): RunCommand {
  return (work) =>
    async (...given) => {
      const command = given.at(-1)
      if (!(command instanceof Command)) throw new TypeError('commander gives the command last')
      const session = createSession(io, command.optsWithGlobals<GlobalOptions>())
      try {
        // Commander gives the arguments as they are declared, then the options, then the command.
        onEnd(await work(session, command.opts<never>(), ...(given.slice(0, -2) as never[])))
      } finally {
        session.out.endProgress()
        await session.close()
      }
    }
}
