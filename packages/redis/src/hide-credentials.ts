import type { Command } from 'ioredis'

const withCredentials = new Set(['auth', 'hello'])

/**
 * ioredis keeps the failed command on an error, with its arguments, and rejects with that one error whatever waited for the
 * connection: a refused AUTH would carry the password to wherever a failed GET is inspected. The arguments are taken off
 * before anybody sees the error.
 */
export function hideCredentials(command: Command): void {
  if (!withCredentials.has(command.name)) return
  command.promise.catch((error: unknown) => {
    if (error instanceof Error && 'command' in error) delete error.command
  })
}
