import type { Command } from '@imchannel/events'

/** Until when a command may be sent, in ms since 1970, and the words for what ends it. */
export interface Deadline {
  at: number
  reason: string
}

/** A reading receipt or a typing indicator that is older than this tells the customer something untrue. */
const INDICATOR_MS = 60_000

/** The earlier of the command's own `expiresAt` and what its age allows, counted from its record or its `sendAt`. */
export function deadlineOf(command: Command, writtenAt: number, maxAgeMs: number): Deadline {
  switch (command.type) {
    case 'imchannel.message.read.v1':
    case 'imchannel.typing.start.v1':
      return { at: writtenAt + INDICATOR_MS, reason: 'it is of use for a minute' }
    case 'imchannel.message.send.v1': {
      const begins = command.sendAt === undefined ? writtenAt : Math.max(writtenAt, Date.parse(command.sendAt))
      const byAge = { at: begins + maxAgeMs, reason: `it waited for longer than ${maxAgeMs / 1000} s (maxAge)` }
      if (command.expiresAt === undefined) return byAge
      const own = { at: Date.parse(command.expiresAt), reason: `its expiresAt ${command.expiresAt} passed` }
      return own.at <= byAge.at ? own : byAge
    }
  }
}
