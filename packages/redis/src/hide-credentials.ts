import { type Command, Redis } from 'ioredis'

/**
 * ioredis keeps the failed command on an error, with its arguments, and rejects with that one error whatever waited for the
 * connection: a refused AUTH would carry the password to wherever a failed GET is inspected. The arguments are taken off
 * before anybody sees the error; nodes of a cluster and sentinels are made of the same class.
 */
export function hideCredentials(): void {
  if (Redis.prototype.sendCommand === sendCommandWithoutTrace) return
  Redis.prototype.sendCommand = sendCommandWithoutTrace
}

// eslint-disable-next-line typescript/unbound-method -- called with its `this` below
const sendCommand = Redis.prototype.sendCommand
const withCredentials = new Set(['auth', 'hello'])

function sendCommandWithoutTrace(this: Redis, ...args: Parameters<typeof sendCommand>): ReturnType<typeof sendCommand> {
  const [command] = args
  if (withCredentials.has(command.name)) forgetArguments(command)
  return sendCommand.apply(this, args)
}

function forgetArguments(command: Command): void {
  command.promise.catch((error: unknown) => {
    if (error instanceof Error && 'command' in error) delete error.command
  })
}
