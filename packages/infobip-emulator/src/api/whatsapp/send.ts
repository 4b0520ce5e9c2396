import type { z } from 'zod'
import { REJECTED_SOURCE } from '../../wire/statuses.ts'
import type { SendItem } from '../../delivery/accept.ts'
import * as interactive from '../../schemas/whatsapp/interactive.ts'
import * as orders from '../../schemas/whatsapp/orders.ts'
import * as plain from '../../schemas/whatsapp/plain.ts'
import { templateMessages } from '../../schemas/whatsapp/template-message.ts'
import type { AccountSettings } from '../../settings.ts'
import type { Bubble } from '../../store/entities.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { parseBody, type Endpoint } from '../serve.ts'
import { bubbles } from './bubbles.ts'
import { isUserId } from '../../wire/user-id.ts'
import { whatsAppRules } from './rules.ts'
import { templateBubble } from './template-bubble.ts'

/** The fields around the content, in every kind. */
interface Envelope {
  from: string
  to: string
  messageId?: string | undefined
  callbackData?: string | undefined
  notifyUrl?: string | undefined
  entityId?: string | undefined
  applicationId?: string | undefined
  context?: { replyToMessageId: string } | undefined
}

/** Infobip's published limit of the sending paths. */
const LIMIT = { requests: 4000, perMs: 1000 }

function single<T extends Envelope>(path: string, schema: z.ZodType<T>, bubbleOf: (message: T) => Bubble): Endpoint {
  return {
    method: 'post',
    path: `/whatsapp/1/message/${path}`,
    api: 'whatsapp',
    family: 'legacy',
    limit: LIMIT,
    handle({ account, body }) {
      const message = parseBody(schema, body)
      const violations = whatsAppRules(message)
      if (violations.length > 0) throw badRequest('Bad Request', violations)
      return {
        plan: {
          items: [itemOf(account, message, bubbleOf(message))],
          respond: ([accepted]) => accepted && messageInfo(accepted),
        },
      }
    },
  }
}

const messageInfo = ({
  to,
  messageId,
  status,
}: {
  to: Record<string, unknown>
  messageId: string
  status: unknown
}) => ({
  to: to.to,
  messageCount: 1,
  messageId,
  status,
})

function itemOf(account: AccountSettings, message: Envelope, bubble: Bubble): SendItem {
  const known = account.senders.some((sender) => sender.number === message.from)
  return {
    account,
    api: 'whatsapp',
    sender: message.from,
    to: { to: message.to },
    ...(isUserId(message.to) ? { userId: message.to } : { phone: message.to.replace(/^\+/, '') }),
    messageId: message.messageId,
    bubble,
    callbackData: message.callbackData,
    notifyUrl: message.notifyUrl,
    entityId: message.entityId,
    applicationId: message.applicationId,
    replyToId: message.context?.replyToMessageId,
    ...(known ? {} : { refusal: REJECTED_SOURCE }),
  }
}

/** `POST /whatsapp/1/message/*`: every kind. */
export function whatsAppSends(world: World): Endpoint[] {
  return [
    single('text', plain.textMessage, bubbles.text),
    single('image', plain.imageMessage, bubbles.image),
    single('video', plain.videoMessage, bubbles.video),
    single('document', plain.documentMessage, bubbles.document),
    single('audio', plain.audioMessage, bubbles.audio),
    single('sticker', plain.stickerMessage, bubbles.sticker),
    single('location', plain.locationMessage, bubbles.location),
    single('contact', plain.contactMessage, bubbles.contact),
    single('interactive/buttons', interactive.buttonsMessage, bubbles.buttons),
    single('interactive/list', interactive.listMessage, bubbles.list),
    single('interactive/media-carousel', interactive.mediaCarouselMessage, bubbles.carousel),
    single('interactive/location-request', interactive.locationRequestMessage, bubbles.locationRequest),
    single('interactive/request-contact-info', interactive.requestContactInfoMessage, bubbles.contactInfoRequest),
    single('interactive/product', interactive.productMessage, bubbles.product),
    single('interactive/multi-product', interactive.multiProductMessage, bubbles.multiProduct),
    single('interactive/flow', interactive.flowMessage, bubbles.flow),
    single('interactive/url-button', interactive.urlButtonMessage, bubbles.urlButton),
    single('interactive/call-permission-request', interactive.callPermissionRequestMessage, bubbles.callPermission),
    single('interactive/voice-button', interactive.voiceButtonMessage, bubbles.voiceButton),
    single(
      'interactive/in-thread-authentication-request',
      interactive.inThreadAuthenticationRequestMessage,
      bubbles.authentication,
    ),
    single('interactive/order-details', orders.orderDetailsMessage, bubbles.orderDetails),
    single('interactive/order-status', orders.orderStatusMessage, bubbles.orderStatus),
    templates(world),
  ]
}

function templates(world: World): Endpoint {
  return {
    method: 'post',
    path: '/whatsapp/1/message/template',
    api: 'whatsapp',
    family: 'legacy',
    limit: LIMIT,
    handle({ account, body }) {
      const parsed = parseBody(templateMessages, body)
      const violations = parsed.messages.flatMap((message, i) =>
        whatsAppRules({ to: message.to }).map((one) => ({ ...one, property: `messages[${i}].${one.property}` })),
      )
      if (parsed.messages.length === 0) violations.push({ property: 'messages', violation: 'must not be empty' })
      if (violations.length > 0) throw badRequest('Bad Request', violations)
      const bulkId = parsed.bulkId ?? (parsed.messages.length > 1 ? world.random.ids.uuid() : undefined)
      const items = parsed.messages.map((message) => ({
        ...itemOf(account, message, templateBubble(world, message.from, message.content)),
        bulkId,
      }))
      return {
        plan: {
          items,
          respond: (accepted) => ({
            messages: accepted.map(messageInfo),
            ...(bulkId === undefined ? {} : { bulkId }),
          }),
        },
      }
    },
  }
}
