/** 0: done, nothing wrong. 1: it found or met problems. 2: it was called wrongly. */
export type ExitCode = 0 | 1 | 2

/** Ends a command with a sentence for the person who called it: what, where, what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command was called wrongly. */
export function usage(message: string): Failure {
  return new Failure(message, 2)
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
