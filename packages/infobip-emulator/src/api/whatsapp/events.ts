import { whatsAppEvents } from '../../schemas/whatsapp/events.ts'
import { PENDING_ACCEPTED } from '../../wire/statuses.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { parseBody, type Endpoint } from '../serve.ts'
import { noteTyping } from '../typing.ts'

/** `POST /whatsapp/1/events`: the typing indicator, which also marks the message as read. */
export function whatsAppEventsEndpoint(world: World): Endpoint {
  return {
    method: 'post',
    path: '/whatsapp/1/events',
    api: 'events',
    family: 'platform',
    limit: { requests: 2500, perMs: 1000 },
    handle({ account, body, record }) {
      const { events, options } = parseBody(whatsAppEvents, body)
      const unknown = events.findIndex(({ sender }) => !account.senders.some((one) => one.number === sender))
      if (unknown >= 0) {
        throw badRequest('Bad Request', [
          { property: `events[${unknown}].sender`, violation: 'is not a sender of this account' },
        ])
      }
      const messages = events.flatMap(({ sender, destinations, content }) =>
        destinations.map(({ to, messageId }) => {
          noteTyping(world, { accountId: account.id, sender, to, readsMessageId: content.messageId })
          return { messageId: messageId ?? world.random.ids.uuid(), status: PENDING_ACCEPTED, destination: to }
        }),
      )
      record.messageIds = messages.map((one) => one.messageId)
      const bulkId = options?.schedule?.bulkId ?? (messages.length > 1 ? world.random.ids.uuid() : undefined)
      return { status: 200, body: { ...(bulkId === undefined ? {} : { bulkId }), messages } }
    },
  }
}
