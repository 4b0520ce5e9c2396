import { z } from 'zod'
import { freeObject, name, optionalName, textOf } from './interactive-parts.ts'
import { interactive } from './interactive.ts'
import { mediaRef } from './media-ref.ts'
import { template } from './template.ts'

const caption = textOf(3000).optional()
const filename = z.string().min(1).max(240).optional()

/** WhatsApp’s own limit. */
const MOST_CONTACTS = 257
/** Phones, e-mails, links or addresses of one contact: WhatsApp names no limit. */
const MOST_DETAILS = 50

const vcard = z.strictObject({
  name: z.strictObject({
    firstName: name,
    formattedName: name,
    lastName: optionalName,
    middleName: optionalName,
    namePrefix: optionalName,
    nameSuffix: optionalName,
  }),
  phones: z
    .array(z.strictObject({ phone: z.string().max(1_000), type: optionalName, waId: optionalName }))
    .max(MOST_DETAILS)
    .optional(),
  emails: z
    .array(z.strictObject({ email: z.string().max(1_000), type: optionalName }))
    .max(MOST_DETAILS)
    .optional(),
  urls: z
    .array(z.strictObject({ url: z.string().max(2_048), type: optionalName }))
    .max(MOST_DETAILS)
    .optional(),
  addresses: z
    .array(
      z.strictObject({
        street: optionalName,
        city: optionalName,
        state: optionalName,
        zip: optionalName,
        country: optionalName,
        countryCode: optionalName,
        type: optionalName,
      }),
    )
    .max(MOST_DETAILS)
    .optional(),
  org: z.strictObject({ company: optionalName, department: optionalName, title: optionalName }).optional(),
  birthday: z.string().max(32).optional().describe('YYYY-MM-DD'),
})

/**
 * What a bot can send: one schema for each `content.type`, each with its own fields alone, so that a misspelt or misplaced one is
 * refused instead of dropped.
 */
export const commandContents = {
  text: z.strictObject({ type: z.literal('text'), text: textOf(4096), previewUrl: z.boolean().optional() }),
  image: z.strictObject({ type: z.literal('image'), media: mediaRef, caption, filename }),
  video: z.strictObject({ type: z.literal('video'), media: mediaRef, caption, filename }),
  document: z.strictObject({ type: z.literal('document'), media: mediaRef, caption, filename }),
  audio: z.strictObject({ type: z.literal('audio'), media: mediaRef, filename, voice: z.boolean().optional() }),
  sticker: z.strictObject({ type: z.literal('sticker'), media: mediaRef, filename }),
  location: z.strictObject({
    type: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: textOf(1000, 0).optional(),
    address: textOf(1000, 0).optional(),
  }),
  contacts: z.strictObject({ type: z.literal('contacts'), contacts: z.array(vcard).min(1).max(MOST_CONTACTS) }),
  template,
  ...interactive,
  native: z.strictObject({
    type: z.literal('native'),
    api: z.enum(['omni', 'whatsapp', 'messages']),
    path: z
      .string()
      .max(256)
      .optional()
      .describe('whatsapp only: what follows /whatsapp/1/message/, such as interactive/flow'),
    body: freeObject.describe('Infobip’s own JSON; sender, recipient and messageId are set by the dispatcher'),
  }),
} as const

type CommandContents = typeof commandContents
export type CommandContentType = keyof CommandContents
export type CommandContentOf<T extends CommandContentType> = z.infer<CommandContents[T]>
export type CommandContent = { [T in CommandContentType]: CommandContentOf<T> }[CommandContentType]

export const commandContent = z.discriminatedUnion(
  'type',
  [
    commandContents.text,
    commandContents.image,
    commandContents.video,
    commandContents.document,
    commandContents.audio,
    commandContents.sticker,
    commandContents.location,
    commandContents.contacts,
    commandContents.template,
    commandContents.buttons,
    commandContents.list,
    commandContents.urlButton,
    commandContents.product,
    commandContents.productList,
    commandContents.carousel,
    commandContents.flow,
    commandContents.voiceButton,
    commandContents.locationRequest,
    commandContents.contactRequest,
    commandContents.callPermissionRequest,
    commandContents.authenticationRequest,
    commandContents.orderDetails,
    commandContents.orderStatus,
    commandContents.native,
  ],
  { error: 'has no type that is known: see docs/events.md for the kinds of content' },
)
