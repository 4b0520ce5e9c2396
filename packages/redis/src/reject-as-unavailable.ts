import { Redis } from 'ioredis'
import type { Command } from 'ioredis'
import type { RedisClient } from './redis-client.ts'
import { RedisUnavailable } from './redis-unavailable.ts'

/** Commands pass more than once: those that waited for a connection, and those that are sent again on the next one. */
const marked = new WeakSet<Command>()

/** Has all that a command of this client can reject with be RedisUnavailable, whatever its name in ioredis. */
export function rejectAsUnavailable<T extends RedisClient>(client: T): T {
  if (client instanceof Redis) {
    const sendCommand = client.sendCommand.bind(client)
    client.sendCommand = (command, stream) => sendCommand(mark(command), stream)
  } else {
    const sendCommand = client.sendCommand.bind(client)
    // A cluster judges what its nodes say by itself first: what it gives up comes here.
    client.sendCommand = (command, stream, node) => sendCommand(mark(command), stream, node)
  }
  return client
}

function mark(command: Command): Command {
  if (marked.has(command)) return command
  marked.add(command)
  const reject = command.reject.bind(command)
  command.reject = (error) => reject(RedisUnavailable.from(error))
  return command
}
