import { Redis } from 'ioredis'
import { hideCredentials } from './hide-credentials.ts'
import { writeTogether } from './write-together.ts'

// oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
const sendCommand = Redis.prototype.sendCommand

/** Puts what every command needs in front of ioredis; nodes of a cluster and sentinels are made of the same class. */
export function wrapSendCommand(): void {
  Redis.prototype.sendCommand = sendCarefully
}

function sendCarefully(this: Redis, ...args: Parameters<typeof sendCommand>): ReturnType<typeof sendCommand> {
  hideCredentials(args[0])
  writeTogether(this)
  return sendCommand.apply(this, args)
}
