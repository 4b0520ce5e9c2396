import { conversationKey } from '@imchannel/events'
import type { CommandReading, PeekedSend, SendRoute } from '@imchannel/events'

/** A record that is large, and read when its turn has come. */
export interface Unread {
  outcome: 'unread'
  /** Whose it is, where it looks like a send. */
  send: PeekedSend | undefined
}

/**
 * What a command has to wait behind: the earlier ones of its conversation. Reading receipts and typing indicators have
 * lanes of their own, so that one that is tried for a minute holds up no message.
 */
export function laneOf(
  reading: CommandReading | Unread | { outcome: 'threw' | 'deadly' },
  place: { topic: string; partition: number; offset: string },
): string {
  if (reading.outcome === 'unread' && reading.send !== undefined) return laneOfSend(reading.send)
  if (reading.outcome !== 'command') return `refused ${place.topic} ${place.partition} ${place.offset}`
  const { command } = reading
  switch (command.type) {
    case 'imchannel.message.send.v1':
      return laneOfSend(command)
    case 'imchannel.message.read.v1':
      return `read ${command.tenant} ${command.from} ${command.messageId}`
    case 'imchannel.typing.start.v1':
      return `typing ${command.tenant} ${command.from} ${command.to}`
    case 'imchannel.consent.set.v1':
      return `consent ${command.tenant} ${command.from ?? '-'} ${command.to}`
  }
}

function laneOfSend({ tenant, from, to }: SendRoute): string {
  return conversationKey({ tenant, business: from, customer: to })
}
