import { z } from 'zod'
import { dateTime, latitude, longitude, object, oneOf, records, upTo } from '../parts.ts'
import { messageButton } from './buttons.ts'
import { formPages } from './form.ts'
import { order, payment, shippings } from './payments.ts'

const optional = z.string().optional()
const cardOptions = object({
  orientation: z.enum(['HORIZONTAL', 'VERTICAL']).optional(),
  alignment: z.enum(['LEFT', 'RIGHT']).optional(),
  height: z.enum(['SHORT', 'MEDIUM', 'TALL']).optional(),
}).optional()

const body = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  object({ type: z.literal(type), ...shape })

export const messageBody = z.discriminatedUnion('type', [
  body('TEXT', { text: z.string() }),
  body('IMAGE', { url: z.string(), text: optional }),
  body('VIDEO', { url: z.string(), text: optional, thumbnailUrl: optional }),
  body('DOCUMENT', { url: z.string(), text: optional, filename: optional }),
  body('RICH_LINK', {
    redirectUrl: z.string(),
    text: z.string(),
    url: z.string(),
    isVideo: z.boolean().optional(),
    thumbnailUrl: optional,
    buttonText: optional,
    cardOptions,
  }),
  body('AUTHENTICATION_REQUEST', { text: z.string(), scopes: z.array(z.string()).optional(), imageUrl: optional }),
  body('LIST', {
    text: z.string(),
    subtext: optional,
    imageUrl: optional,
    sections: z.array(
      object({
        sectionTitle: z.string(),
        multipleSelection: z.boolean().optional(),
        items: z.array(object({ id: optional, text: z.string(), description: optional, imageUrl: optional })),
      }),
    ),
  }),
  body('CAROUSEL', {
    cards: z.array(
      object({
        body: object({
          title: optional,
          text: optional,
          url: optional,
          isVideo: z.boolean().optional(),
          thumbnailUrl: optional,
          cardOptions,
        }),
        buttons: z.array(messageButton).optional(),
      }),
    ),
  }),
  body('LOCATION', { latitude, longitude, name: upTo(1000).optional(), address: upTo(1000).optional() }),
  body('CONTACT', { name: z.string(), phoneNumber: z.string() }),
  body('STICKER', { reference: z.string() }),
  body('PRODUCT', {
    text: optional,
    catalogId: z.string(),
    sections: z.array(object({ title: optional, productRetailerIds: z.array(z.string()) })),
  }),
  body('MIXED', { items: z.array(oneOf(object({ url: z.string() }), object({ text: z.string() }))) }),
  body('FLOW', {
    text: z.string(),
    id: z.string(),
    token: z.string(),
    buttonText: z.string(),
    mode: z.enum(['DRAFT', 'PUBLISHED']).optional(),
    action: z.discriminatedUnion('type', [
      object({ type: z.literal('NAVIGATE'), payload: object({ screen: z.string(), data: records.optional() }) }),
      object({ type: z.literal('DATA_EXCHANGE') }),
    ]),
  }),
  body('TIME_PICKER', {
    text: z.string(),
    subtext: optional,
    imageUrl: optional,
    event: object({
      title: z.string(),
      timeslots: z.array(object({ duration: z.int32().min(0), startTime: dateTime, identifier: optional })),
      location: object({
        latitude,
        longitude,
        radius: z.number().min(0).max(1_000_000).optional(),
        name: z.string(),
      }).optional(),
      imageUrl: optional,
    }),
  }),
  body('ORDER_REQUEST', {
    text: z.string(),
    subtext: optional,
    imageUrl: optional,
    order: order.optional(),
    payment,
    shippings: shippings.optional(),
  }),
  body('ORDER_STATUS', {
    title: optional,
    id: z.string(),
    orderType: z.enum([
      'UPI_PAYU',
      'BRAZIL',
      'BRAZIL_PIX_DC',
      'PG_PAYU',
      'PG_RAZORPAY',
      'BRAZIL_LINK',
      'BRAZIL_BOLETO',
      'UPI_INTENT',
    ]),
    orderStatus: z.enum(['PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'COMPLETED', 'CANCELED']),
    description: optional,
  }),
  body('FORM', {
    text: z.string(),
    imageUrl: optional,
    pages: formPages,
    startPageIdentifier: upTo(20),
    isPrivate: z.boolean().optional(),
    showSummary: z.boolean().optional(),
  }),
])
export type MessageBody = z.infer<typeof messageBody>

export const messageContent = object({
  header: z.discriminatedUnion('type', [object({ type: z.literal('TEXT'), text: z.string() })]).optional(),
  body: messageBody,
  buttons: z.array(messageButton).optional(),
  confirmationBody: object({ text: z.string(), description: optional, imageUrl: optional }).optional(),
  senderDisplayInfo: object({ name: upTo(28).optional(), avatarUrl: optional }).optional(),
  footer: object({ text: z.string() }).optional(),
})
export type MessageContent = z.infer<typeof messageContent>
