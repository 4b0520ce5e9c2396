import { z } from 'zod'
import { freeObject, name, textOf } from './interactive-parts.ts'
import { mediaRef } from './media-ref.ts'
import { orderDetails, orderStatuses, payment } from './order-parts.ts'

const templateHeader = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), placeholder: name }),
  z.strictObject({ type: z.literal('image'), media: mediaRef }),
  z.strictObject({ type: z.literal('video'), media: mediaRef }),
  z.strictObject({ type: z.literal('gif'), media: mediaRef }),
  z.strictObject({ type: z.literal('document'), media: mediaRef, filename: z.string().min(1).max(240) }),
  z.strictObject({
    type: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
])

/** More than a body of 1,024 characters has room for. */
const placeholders = z.array(z.string().max(4096)).max(250).optional()

const quickReply = z.strictObject({ type: z.literal('quickReply'), payload: z.string().min(1).max(128) })
const url = z.strictObject({ type: z.literal('url'), parameter: z.string().min(1).max(1500).optional() })

const templateButton = z.discriminatedUnion('type', [
  quickReply,
  url,
  z.strictObject({ type: z.literal('copyCode'), code: z.string().min(1).max(15) }),
  z.strictObject({ type: z.literal('flow'), flowToken: z.string().max(3000).optional(), data: freeObject.optional() }),
  z.strictObject({ type: z.literal('catalog'), thumbnailProductRetailerId: z.string().max(3000).optional() }),
  z.strictObject({
    type: z.literal('products'),
    thumbnailProductRetailerId: z.string().max(3000).optional(),
    sections: z
      .array(z.strictObject({ title: textOf(24, 0), productRetailerIds: z.array(name).min(1).max(100) }))
      .min(1)
      .max(10),
  }),
  z.strictObject({ type: z.literal('orderDetails'), ...orderDetails }),
  z.strictObject({
    type: z.literal('voiceCall'),
    validityMinutes: z.int().min(1).max(43_200).optional(),
    payload: z.string().min(1).max(512).optional(),
  }),
])

/** A registered template with its values filled in. It may be sent at any time, also outside the 24-hour window. */
export const template = z.strictObject({
  type: z.literal('template'),
  name: z.string().min(1).max(512),
  language: z.string().min(1).max(64).describe('As the template was registered: en_GB'),
  namespace: name.optional(),
  placeholders: placeholders.describe('The values of the body, in order'),
  header: templateHeader.optional(),
  buttons: z.array(templateButton).max(10).optional(),
  carousel: z
    .array(
      z.strictObject({
        header: templateHeader,
        placeholders,
        buttons: z
          .array(z.discriminatedUnion('type', [quickReply, url]))
          .min(1)
          .max(2)
          .optional(),
      }),
    )
    .min(1)
    .max(10)
    .optional(),
  limitedTimeOffer: z.strictObject({ expiresAt: z.string().min(1).max(64) }).optional(),
  orderStatus: z
    .array(
      z.strictObject({
        payment,
        status: z.enum(orderStatuses),
        description: textOf(120, 0).optional(),
      }),
    )
    .max(10)
    .optional(),
  smsFailover: z.strictObject({ from: z.string().min(1).max(24), text: textOf(4096) }).optional(),
})
