import type { SendItem } from '../../delivery/accept.ts'
import {
  messagesEvents,
  messagesRequest,
  type MessagesMessage,
  type MessagesRequest,
} from '../../schemas/messages/request.ts'
import type { AccountSettings } from '../../settings.ts'
import { parseDate } from '../../wire/dates.ts'
import { PENDING_ACCEPTED, REJECTED_ROUTE, REJECTED_SOURCE, type Status } from '../../wire/statuses.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { parseBody, type Endpoint } from '../serve.ts'
import { noteTyping } from '../typing.ts'
import { violationsOf } from '../violations.ts'
import { isUserId } from '../../wire/user-id.ts'
import { messagesBubble } from './bubble.ts'
import { adaptations, messagesRules } from './rules.ts'

const UNIT_MS = { SECONDS: 1_000, MINUTES: 60_000, HOURS: 3_600_000 } as const

/** `POST /messages-api/1/messages`, its `/validate`, and `/events`. */
export function messagesEndpoints(world: World): Endpoint[] {
  return [
    {
      method: 'post',
      path: '/messages-api/1/messages',
      api: 'messages',
      family: 'platform',
      handle({ account, body }) {
        const parsed = parseBody(messagesRequest, body)
        const strict = parsed.messages.some((message) => message.options?.adaptationMode === false)
        const violations = [...messagesRules(parsed), ...(strict ? adaptations(parsed) : [])]
        if (violations.length > 0) throw badRequest('Request cannot be processed', violations)
        const items = itemsOf(world, parsed, account)
        const bulkId = parsed.options?.schedule?.bulkId ?? (items.length > 1 ? world.random.ids.uuid() : undefined)
        return {
          plan: {
            items: items.map((item) => ({ ...item, bulkId })),
            respond: (accepted) => ({
              ...(bulkId === undefined ? {} : { bulkId }),
              messages: accepted.map(({ messageId, status, to }) => ({ messageId, status, destination: to.to })),
            }),
          },
        }
      },
    },
    {
      method: 'post',
      path: '/messages-api/1/messages/validate',
      api: 'messages',
      family: 'platform',
      limit: { requests: 10, perMs: 1000 },
      handle({ body }) {
        const parsed = messagesRequest.safeParse(body)
        const violations = parsed.success ? messagesRules(parsed.data) : violationsOf(parsed.error)
        const skippableViolations = parsed.success ? adaptations(parsed.data) : []
        if (violations.length > 0) {
          const action = 'Correct the violations and send the request again.'
          return {
            status: 400,
            body: { description: 'The request is not valid.', action, violations, skippableViolations },
          }
        }
        const action =
          skippableViolations.length > 0
            ? 'The message will be adapted, unless adaptationMode is off.'
            : 'No action is required.'
        return { status: 200, body: { description: 'The request is valid.', action, skippableViolations } }
      },
    },
    {
      method: 'post',
      path: '/messages-api/1/events',
      api: 'events',
      family: 'platform',
      handle({ account, body, record }) {
        const { events } = parseBody(messagesEvents, body)
        const messages = events.flatMap(({ event, channel, sender, destinations }) =>
          destinations.map(({ to, messageId }) => {
            const status = refusalOf(account, channel, sender) ?? PENDING_ACCEPTED
            if (status === PENDING_ACCEPTED && event === 'TYPING_STARTED') {
              noteTyping(world, { accountId: account.id, sender, to })
            }
            return { messageId: messageId ?? world.random.ids.uuid(), status, destination: to }
          }),
        )
        record.messageIds = messages.map((one) => one.messageId)
        return { status: 200, body: { messages } }
      },
    },
  ]
}

/** This emulator is a WhatsApp phone: other channels have no route. */
function refusalOf(account: AccountSettings, channel: string, sender: string | undefined): Status | undefined {
  if (channel !== 'WHATSAPP') return REJECTED_ROUTE
  return account.senders.some((one) => one.number === sender) ? undefined : REJECTED_SOURCE
}

function itemsOf(world: World, request: MessagesRequest, account: AccountSettings): SendItem[] {
  const at = request.options?.schedule?.sendAt
  const sendAt = at === undefined ? undefined : parseDate(at)
  return request.messages.flatMap((message) => {
    const sender = message.sender ?? account.senders[0]?.number ?? ''
    const { options, webhooks } = message
    const validity = options?.validityPeriod
    return recipientsOf(message).map(({ to, messageId }): SendItem => ({
      account,
      api: 'messages',
      sender,
      to: { to },
      ...(isUserId(to) ? { userId: to } : { phone: to.replace(/^\+/, '') }),
      messageId,
      bubble: messagesBubble(world, message),
      callbackData: webhooks?.callbackData,
      notifyUrl: webhooks?.delivery?.url,
      seenUrl: webhooks?.seen?.url,
      intermediateReport: webhooks?.delivery?.intermediateReport,
      entityId: options?.platform?.entityId,
      applicationId: options?.platform?.applicationId,
      sendAt,
      validityMs: validity === undefined ? undefined : validity.amount * UNIT_MS[validity.timeUnit ?? 'MINUTES'],
      refusal: refusalOf(account, message.channel, sender),
    }))
  })
}

interface Recipient {
  to: string
  messageId?: string | undefined
}

function recipientsOf(message: MessagesMessage): Recipient[] {
  return message.destinations.flatMap((destination): Recipient[] => {
    if ('byChannel' in destination && Array.isArray(destination.byChannel)) {
      const byChannel = destination.byChannel as { channel: string; to: string; messageId?: string }[] // as the schema has it
      const mine = byChannel.find((one) => one.channel === message.channel)
      return mine === undefined ? [] : [{ to: mine.to, messageId: mine.messageId ?? destination.messageId }]
    }
    return 'to' in destination && typeof destination.to === 'string'
      ? [{ to: destination.to, messageId: destination.messageId }]
      : []
  })
}
