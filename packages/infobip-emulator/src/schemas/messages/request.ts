import { z } from 'zod'
import { object, oneOf, platform, schedule, text, upTo, urlOptions, validityPeriod } from '../parts.ts'
import { messageContent } from './content.ts'
import { template, templateContent } from './template.ts'

const optional = z.string().optional()
const messageId = upTo(200).optional()

export const channels = [
  'APPLE_MB',
  'INSTAGRAM_DM',
  'LINE_ON',
  'MESSENGER',
  'MMS',
  'RCS',
  'SMS',
  'VIBER_BM',
  'VIBER_BOT',
  'WHATSAPP',
] as const
const channel = z.enum(channels)
const templateChannel = z.enum(['APPLE_MB', 'RCS', 'VIBER_BM', 'WHATSAPP'])

const toDestination = object({ to: z.string(), messageId })
const destinations = z.array(
  oneOf(object({ messageId, byChannel: z.array(object({ channel, to: z.string(), messageId })) }), toDestination),
)

const time = object({ hour: z.int32().min(0).max(23), minute: z.int32().min(0).max(59) })
const deliveryTimeWindow = object({
  days: z.array(z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])),
  from: time.optional(),
  to: time.optional(),
})

const options = object({
  platform: platform.optional(),
  validityPeriod: validityPeriod.optional(),
  deliveryTimeWindow: deliveryTimeWindow.optional(),
  adaptationMode: z.boolean().optional(),
  regional: object({
    indiaDlt: object({
      contentTemplateId: optional,
      principalEntityId: z.string(),
      telemarketerId: optional,
    }).optional(),
    turkeyIys: object({ brandCode: z.int32().optional(), recipientType: z.enum(['BIREYSEL', 'TACIR']) }).optional(),
    southKorea: object({ title: upTo(66).optional(), resellerCode: z.int32().optional() }).optional(),
  }).optional(),
  campaignReferenceId: optional,
  transliteration: z
    .enum([
      'NONE',
      'TURKISH',
      'GREEK',
      'CYRILLIC',
      'SERBIAN_CYRILLIC',
      'CENTRAL_EUROPEAN',
      'BALTIC',
      'NON_UNICODE',
      'PORTUGUESE',
      'COLOMBIAN',
      'BULGARIAN_CYRILLIC',
      'ALL',
    ])
    .optional(),
  correlationData: text(1, 100).optional(),
  trafficType: z.enum(['PROMOTIONAL', 'TRANSACTIONAL']).optional(),
  sessionRate: z.boolean().optional(),
  primaryDevice: z.boolean().optional(),
})

const webhooks = object({
  delivery: object({
    url: optional,
    intermediateReport: z.boolean().optional(),
    receiveTriggeredFailoverReports: z.boolean().optional(),
  }).optional(),
  contentType: optional,
  callbackData: upTo(4000).optional(),
  seen: object({ url: optional }).optional(),
})

// The document makes these two alternatives of which exactly one may fit; a template's fits both, its content being optional there.
const failover = z.union([
  object({
    channel: templateChannel,
    sender: optional,
    template,
    content: templateContent.optional(),
    validityPeriod: validityPeriod.optional(),
  }),
  object({
    channel,
    sender: optional,
    content: messageContent.optional(),
    validityPeriod: validityPeriod.optional(),
  }),
])

const around = {
  sender: optional,
  destinations,
  options: options.optional(),
  webhooks: webhooks.optional(),
  failover: z.array(failover).optional(),
}

const templateMessage = object({ channel: templateChannel, template, content: templateContent.optional(), ...around })
const contentMessage = object({ channel, content: messageContent, ...around })

/** Body of `POST /messages-api/1/messages` and of its `/validate`. */
export const messagesRequest = object({
  messages: z.array(oneOf(templateMessage, contentMessage)),
  options: object({
    schedule: schedule.optional(),
    tracking: urlOptions.optional(),
    messageOrdering: object({
      respectOrder: z.boolean().optional(),
      stopOnFailure: z.boolean().optional(),
    }).optional(),
  }).optional(),
})
export type MessagesRequest = z.infer<typeof messagesRequest>
export type TemplateMessage = z.infer<typeof templateMessage>
export type ContentMessage = z.infer<typeof contentMessage>
export type MessagesMessage = MessagesRequest['messages'][number]

const eventOptions = object({
  platform: platform.optional(),
  validityPeriod: validityPeriod.optional(),
  deliveryTimeWindow: deliveryTimeWindow.optional(),
}).optional()
const sender = z.string()

/** Body of `POST /messages-api/1/events`. */
export const messagesEvents = object({
  events: z.array(
    z.discriminatedUnion('event', [
      object({
        event: z.literal('TYPING_STARTED'),
        channel: z.enum(['APPLE_MB', 'RCS', 'WHATSAPP']),
        sender,
        destinations: z.array(toDestination),
        options: eventOptions,
      }),
      object({
        event: z.literal('TYPING_STOPPED'),
        channel: z.enum(['APPLE_MB']),
        sender,
        destinations: z.array(toDestination),
        options: eventOptions,
      }),
      object({
        event: z.literal('SEEN'),
        channel: z.enum(['RCS']),
        sender,
        destinations: z.array(toDestination).min(1).max(1),
        messageId: z.string(),
        options: eventOptions,
      }),
    ]),
  ),
})
