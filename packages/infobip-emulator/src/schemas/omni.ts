import { z } from 'zod'
import { dateTime, latitude, longitude, object, text, timeUnit, upTo } from './parts.ts'

const validity = { validityPeriod: z.int32().optional(), validityPeriodTimeUnit: timeUnit.optional() }

const to = object({
  phoneNumber: z.string().optional(),
  emailAddress: z.string().optional(),
  pushRegistrationId: z.string().optional(),
  whatsAppUserId: z.string().optional(),
})

const contact = object({
  addresses: z
    .array(
      object({
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
  birthday: z.string().optional(),
  emails: z.array(object({ email: z.string().optional(), type: z.string().optional() })).optional(),
  name: object({
    firstName: z.string(),
    lastName: z.string().optional(),
    middleName: z.string().optional(),
    nameSuffix: z.string().optional(),
    namePrefix: z.string().optional(),
    formattedName: z.string(),
  }),
  org: object({
    company: z.string().optional(),
    department: z.string().optional(),
    title: z.string().optional(),
  }).optional(),
  phones: z
    .array(object({ phone: z.string().optional(), type: z.string().optional(), waId: z.string().optional() }))
    .optional(),
  urls: z.array(object({ url: z.string().optional(), type: z.string().optional() })).optional(),
})

// The document marks `text` and `mediaTemplateData`, and every alternative of a header, as required; its own examples leave them out.
const mediaTemplateData = object({
  header: object({
    textPlaceholder: z.string().optional(),
    documentUrl: z.string().optional(),
    documentFilename: z.string().optional(),
    imageUrl: z.string().optional(),
    videoUrl: z.string().optional(),
    latitude: latitude.optional(),
    longitude: longitude.optional(),
  }).optional(),
  body: object({ placeholders: z.array(z.string()) }),
  buttons: z
    .array(object({ urlPlaceholder: upTo(1500).optional(), quickReplyPayload: upTo(128).optional() }))
    .optional(),
})

const whatsApp = object({
  ...validity,
  text: z.string().optional(),
  templateNamespace: z.string().optional(),
  templateName: z.string().optional(),
  templateData: z.array(z.string()).optional(),
  mediaTemplateData: mediaTemplateData.optional(),
  language: z.string().optional(),
  fileUrl: upTo(2048).optional(),
  imageUrl: upTo(2048).optional(),
  audioUrl: upTo(2048).optional(),
  videoUrl: upTo(2048).optional(),
  locationName: upTo(1000).optional(),
  address: upTo(1000).optional(),
  longitude: longitude.optional(),
  latitude: latitude.optional(),
  previewUrl: z.boolean().optional(),
  contacts: z.array(contact).optional(),
})
export type OmniWhatsApp = z.infer<typeof whatsApp>

// Other channels stand in a scenario's other steps; the emulator checks them and shows their text where no WhatsApp part is.
const sms = object({
  ...validity,
  text: text(1, 2_147_483_647).optional(),
  transliteration: z
    .enum([
      'NONE',
      'ALL',
      'BALTIC',
      'CENTRAL_EUROPEAN',
      'COLOMBIAN',
      'CYRILLIC',
      'GREEK',
      'NON_UNICODE',
      'PORTUGUESE',
      'SERBIAN_CYRILLIC',
      'TURKISH',
      'BULGARIAN_CYRILLIC',
    ])
    .optional(),
  language: object({ languageCode: z.enum(['NONE', 'TR', 'ES', 'PT', 'AUTODETECT']).optional() }).optional(),
  regional: object({
    indiaDlt: object({
      contentTemplateId: z.string().optional(),
      principalEntityId: z.string(),
      telemarketerId: z.string().optional(),
    }).optional(),
    korea: object({ title: upTo(66).optional() }).optional(),
  }).optional(),
})

const viber = object({
  ...validity,
  text: z.string().optional(),
  imageURL: upTo(1000).optional(),
  fileName: upTo(25).optional(),
  fileType: z.string().optional(),
  fileUrl: z
    .string()
    .regex(/^(https?):\/\/.*$/)
    .optional(),
  buttonText: upTo(30).optional(),
  buttonURL: upTo(1000).optional(),
  trackingData: upTo(100).optional(),
  isPromotional: z.boolean().optional(),
  forcePrimaryDevice: z.boolean().optional(),
})

const voice = object({ ...validity, text: text(1, 2_147_483_647).optional(), language: z.string().optional() })
const email = object({ ...validity, text: text(1, 2_147_483_647).optional(), subject: z.string().optional() })

/** Body of `POST /omni/1/advanced`. */
export const omniAdvanced = object({
  scenarioKey: z.string().optional(),
  bulkId: z.string().optional(),
  destinations: z.array(object({ messageId: z.string().optional(), to: to.optional() })).optional(),
  whatsApp: whatsApp.optional(),
  sms: sms.optional(),
  viber: viber.optional(),
  voice: voice.optional(),
  email: email.optional(),
  notify: z.boolean().optional(),
  intermediateReport: z.boolean().optional(),
  notifyUrl: z.string().optional(),
  notifyContentType: z.string().optional(),
  callbackData: upTo(4000).optional(),
  sendAt: dateTime.optional(),
})
export type OmniAdvanced = z.infer<typeof omniAdvanced>
