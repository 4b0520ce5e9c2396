import { z } from 'zod'
import { amount, instant } from './common.ts'

const media = {
  url: z.string().optional().describe('Infobip’s own URL: needs the account’s API key, gone after 7 days'),
  caption: z.string().optional(),
  fileName: z.string().optional(),
  media: z.looseObject({ url: z.string().describe('Where the media-server gives the bytes') }).optional(),
}

const vcard = z.object({
  name: z
    .looseObject({
      firstName: z.string().optional(),
      lastName: z.string().optional(),
      middleName: z.string().optional(),
      namePrefix: z.string().optional(),
      nameSuffix: z.string().optional(),
      formattedName: z.string().optional(),
    })
    .optional(),
  phones: z
    .array(z.object({ phone: z.string().optional(), type: z.string().optional(), waId: z.string().optional() }))
    .optional(),
  emails: z.array(z.object({ email: z.string().optional(), type: z.string().optional() })).optional(),
  addresses: z
    .array(
      z.object({
        street: z.string().optional(),
        city: z.string().optional(),
        state: z.string().optional(),
        zip: z.string().optional(),
        country: z.string().optional(),
        countryCode: z.string().optional(),
        type: z.string().optional(),
      }),
    )
    .optional(),
  urls: z.array(z.object({ url: z.string().optional(), type: z.string().optional() })).optional(),
  org: z
    .object({ company: z.string().optional(), department: z.string().optional(), title: z.string().optional() })
    .optional(),
  birthday: z.string().optional(),
})

const orderItem = z.object({
  productRetailerId: z.string().optional(),
  quantity: z.number().optional(),
  itemPrice: amount.optional(),
  currency: z.string().optional(),
})

const formSelection = z.object({
  type: z.string().optional(),
  pageIdentifier: z.string().optional(),
  text: z.string().optional(),
  items: z.array(z.object({ title: z.string().optional(), value: z.string().optional() })).optional(),
})

/** What a customer said, one schema for each `content.type`. Values that Infobip enumerates are open strings. */
export const contents = {
  text: z.object({
    type: z.literal('text'),
    text: z.string(),
    subject: z.literal(true).optional().describe('The subject line of a message of several parts'),
    url: z.string().optional().describe('A link that came as a part of its own'),
    cleanText: z.string().optional(),
    keyword: z.string().optional(),
  }),
  image: z.object({ type: z.literal('image'), ...media }),
  video: z.object({ type: z.literal('video'), ...media }),
  audio: z.object({ type: z.literal('audio'), ...media }),
  voice: z.object({ type: z.literal('voice'), ...media }),
  document: z.object({ type: z.literal('document'), ...media }),
  sticker: z.object({ type: z.literal('sticker'), ...media }),
  location: z.object({
    type: z.literal('location'),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
    name: z.string().optional(),
    address: z.string().optional(),
    url: z.string().optional().describe('A link to the place, not a media item'),
  }),
  contacts: z.object({ type: z.literal('contacts'), contacts: z.array(vcard) }),
  button: z.object({ type: z.literal('button'), text: z.string().optional(), payload: z.string().optional() }),
  buttonReply: z.object({
    type: z.literal('buttonReply'),
    id: z.string().optional(),
    title: z.string().optional(),
    payload: z.string().optional(),
  }),
  listReply: z.object({
    type: z.literal('listReply'),
    id: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
  }),
  flowReply: z.object({
    type: z.literal('flowReply'),
    text: z.string().optional(),
    response: z.unknown().optional().describe('The form’s answer, as the customer’s flow made it'),
  }),
  formReply: z.object({
    type: z.literal('formReply'),
    isPrivate: z.boolean().optional(),
    selections: z.array(formSelection).optional(),
  }),
  order: z.object({
    type: z.literal('order'),
    catalogId: z.string().optional(),
    text: z.string().optional(),
    items: z.array(orderItem),
  }),
  reaction: z.object({
    type: z.literal('reaction'),
    emoji: z.string().optional(),
    action: z.string().optional().describe('ADDED or REMOVED'),
    messageId: z.string().optional().describe('The message reacted to'),
  }),
  payment: z.object({
    type: z.literal('payment'),
    referenceId: z.string().optional(),
    paymentId: z.string().optional(),
    status: z.string().optional(),
    currency: z.string().optional(),
    total: z
      .object({ value: amount.optional(), offset: amount.optional().describe('The amount is value / offset') })
      .optional(),
    transactionId: z.string().optional(),
    transactionType: z.string().optional(),
    items: z
      .array(
        z.object({
          name: z.string().optional(),
          amount: amount.optional(),
          retailerId: z.string().optional(),
          catalogId: z.string().optional(),
        }),
      )
      .optional(),
  }),
  callPermission: z.object({
    type: z.literal('callPermission'),
    response: z.string().optional().describe('ACCEPT or REJECT'),
    expiresAt: instant.optional(),
  }),
  authentication: z.object({
    type: z.literal('authentication'),
    status: z.string().optional(),
    passkeyHash: z.string().optional(),
    authCode: z.string().optional(),
    error: z.string().optional(),
  }),
  infected: z.object({ type: z.literal('infected'), malware: z.string().optional() }),
  unsupported: z.object({ type: z.literal('unsupported') }),
  unknown: z.object({
    type: z.literal('unknown'),
    infobipType: z.string().optional().describe('Infobip’s name of a kind that IMChannel does not know'),
  }),
} as const

type Contents = typeof contents
export type ContentType = keyof Contents

/** What a customer said; `unknown` is whatever nobody knows yet. */
export type Content = { [K in ContentType]: z.infer<Contents[K]> }[ContentType]

export const content = z.discriminatedUnion('type', [
  contents.text,
  contents.image,
  contents.video,
  contents.audio,
  contents.voice,
  contents.document,
  contents.sticker,
  contents.location,
  contents.contacts,
  contents.button,
  contents.buttonReply,
  contents.listReply,
  contents.flowReply,
  contents.formReply,
  contents.order,
  contents.reaction,
  contents.payment,
  contents.callPermission,
  contents.authentication,
  contents.infected,
  contents.unsupported,
  contents.unknown,
])
