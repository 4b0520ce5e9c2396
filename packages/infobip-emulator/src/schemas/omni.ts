import { z } from 'zod'
import { contactCard, dateTime, latitude, longitude, object, records, text, timeUnit, unique, upTo } from './parts.ts'

const validity = { validityPeriod: z.int32().optional(), validityPeriodTimeUnit: timeUnit.optional() }

const to = object({
  phoneNumber: z.string().optional(),
  emailAddress: z.string().optional(),
  pushRegistrationId: z.string().optional(),
  whatsAppUserId: z.string().optional(),
})

const contact = contactCard({ place: z.string(), phone: z.string() })

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

const push = object({
  ...validity,
  text: text(1, 2000).optional(),
  customPayload: records.optional(),
  notificationOptions: object({
    vibrationEnabled: z.boolean().optional(),
    soundEnabled: z.boolean().optional(),
    soundName: z.string().optional(),
    badge: z.int32().optional(),
    contentUrl: z.string().optional(),
    category: z.string().optional(),
    inAppStyle: z.enum(['BANNER', 'MODAL']).optional(),
    title: z.string().optional(),
    isSilent: z.boolean().optional(),
    webViewUrl: z.string().optional(),
    inboxTopic: z.string().optional(),
  }).optional(),
  targetOnlyPrimaryDevices: z.boolean().optional(),
  includeNotificationsDisabledDevices: z.boolean().optional(),
  personSubscriptions: unique(z.string()).optional(),
  deviceSubscriptions: unique(z.string()).optional(),
})

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
  push: push.optional(),
  notify: z.boolean().optional(),
  intermediateReport: z.boolean().optional(),
  notifyUrl: z.string().optional(),
  notifyContentType: z.string().optional(),
  callbackData: upTo(4000).optional(),
  sendAt: dateTime.optional(),
})
export type OmniAdvanced = z.infer<typeof omniAdvanced>
