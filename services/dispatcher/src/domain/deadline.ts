import type { Command } from '@imchannel/events'

/** Until when a command may be sent, in ms since 1970, and the words for what ends it. */
export interface Deadline {
  at: number
  reason: string
  /** The latest that its age allows, whatever its own limit. */
  byAge: number
}

/** A reading receipt or a typing indicator that is older than this tells the customer something untrue. */
const INDICATOR_MS = 60_000

/** The earlier of the command's own `expiresAt` and what its age allows, counted from its record or its `sendAt`. */
export function deadlineOf(command: Command, writtenAt: number, maxAgeMs: number): Deadline {
  switch (command.type) {
    case 'imchannel.message.read.v1':
    case 'imchannel.typing.start.v1':
      return {
        at: writtenAt + INDICATOR_MS,
        reason: 'reading receipts and typing indicators expire after one minute',
        byAge: writtenAt + INDICATOR_MS,
      }
    // Who opted out has done so however late it is read.
    case 'imchannel.consent.set.v1':
      return { at: Infinity, reason: '', byAge: Infinity }
    case 'imchannel.message.send.v1': {
      const begins = command.sendAt === undefined ? writtenAt : Math.max(writtenAt, Date.parse(command.sendAt))
      const byAge = begins + maxAgeMs
      const own = command.expiresAt === undefined ? Infinity : Date.parse(command.expiresAt)
      return own <= byAge
        ? { at: own, reason: `its expiresAt ${command.expiresAt} passed`, byAge }
        : { at: byAge, reason: `it waited for longer than ${maxAgeMs / 1000} s (maxAge)`, byAge }
    }
  }
}
