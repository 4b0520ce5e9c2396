import { z } from 'zod'
import { dateTime, latitude, longitude, mediaUrl, object, records, text, upTo } from '../parts.ts'
import { message } from './envelope.ts'
import { templateOrderAction, templateOrderStatus } from './orders.ts'

const header = z.discriminatedUnion('type', [
  object({ type: z.literal('TEXT'), placeholder: z.string() }),
  object({ type: z.literal('DOCUMENT'), mediaUrl, filename: text(1, 240) }),
  object({ type: z.literal('IMAGE'), mediaUrl }),
  object({ type: z.literal('VIDEO'), mediaUrl }),
  object({ type: z.literal('GIF'), mediaUrl }),
  object({ type: z.literal('LOCATION'), latitude, longitude }),
])

const quickReply = object({ type: z.literal('QUICK_REPLY'), parameter: text(1, 128) })
const urlButton = object({ type: z.literal('URL'), parameter: z.string() })
const thumbnailProductRetailerId = upTo(3000).optional()

const button = z.discriminatedUnion('type', [
  quickReply,
  urlButton,
  object({ type: z.literal('COPY_CODE'), parameter: text(1, 15) }),
  object({ type: z.literal('FLOW'), flowToken: upTo(3000).optional(), data: records.optional() }),
  object({ type: z.literal('CATALOG'), thumbnailProductRetailerId }),
  object({
    type: z.literal('MULTI_PRODUCT'),
    thumbnailProductRetailerId,
    sections: z
      .array(object({ title: upTo(24), productRetailerIds: z.array(upTo(3000)) }))
      .min(1)
      .max(10),
  }),
  object({ type: z.literal('ORDER_DETAILS'), action: templateOrderAction }),
  object({
    type: z.literal('VOICE_CALL'),
    callValidityPeriod: z.int32().min(1).max(43_200).optional(),
    callContextPayload: text(1, 512).optional(),
  }),
])

const body = object({ placeholders: z.array(z.string()) })

export const templateContent = object({
  templateName: text(1, 512),
  templateData: object({
    body,
    header: header.optional(),
    buttons: z.array(button).optional(),
    carousel: object({
      cards: z
        .array(
          object({
            header,
            body: body.optional(),
            buttons: z
              .array(z.discriminatedUnion('type', [quickReply, urlButton]))
              .min(1)
              .max(2)
              .optional(),
          }),
        )
        .min(1)
        .max(10),
    }).optional(),
    limitedTimeOffer: object({ expirationTime: dateTime }).optional(),
    orderStatus: object({ orderStatuses: z.array(templateOrderStatus) }).optional(),
  }),
  language: z.string(),
})
export type TemplateContent = z.infer<typeof templateContent>

/** Body of `POST /whatsapp/1/message/template`: the one whatsapp path that takes several. */
export const templateMessages = object({
  messages: z.array(
    message(templateContent).extend({
      smsFailover: object({ from: text(1, 24), text: text(1, 4096) }).optional(),
    }),
  ),
  bulkId: upTo(100).optional(),
})
