import { conversationKey } from '@imchannel/events'
import type { CommandReading } from '@imchannel/events'

/**
 * What a command has to wait behind: the earlier ones of its conversation. Reading receipts and typing indicators have
 * lanes of their own, so that one that is tried for a minute holds up no message.
 */
export function laneOf(
  reading: CommandReading | { outcome: 'threw' },
  place: { topic: string; partition: number; offset: string },
): string {
  if (reading.outcome !== 'command') return `refused ${place.topic} ${place.partition} ${place.offset}`
  const { command } = reading
  switch (command.type) {
    case 'imchannel.message.send.v1':
      return conversationKey({ tenant: command.tenant, business: command.from, customer: command.to })
    case 'imchannel.message.read.v1':
      return `read ${command.tenant} ${command.from} ${command.messageId}`
    case 'imchannel.typing.start.v1':
      return `typing ${command.tenant} ${command.from} ${command.to}`
  }
}
