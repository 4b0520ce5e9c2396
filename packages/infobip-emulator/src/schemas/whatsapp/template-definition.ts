import { z } from 'zod'
import { object, platform, text, upTo } from '../parts.ts'
import { templateLanguages } from './languages.ts'

const example = z.string().optional()
const buttonText = upTo(25)

const header = z.discriminatedUnion('format', [
  object({ format: z.literal('TEXT'), text: z.string(), example }),
  object({ format: z.literal('IMAGE'), example }),
  object({ format: z.literal('VIDEO'), example }),
  object({ format: z.literal('GIF'), example }),
  object({ format: z.literal('DOCUMENT'), example }),
  object({ format: z.literal('LOCATION') }),
])

const body = object({ text: z.string(), examples: z.array(z.string()).optional() })

const button = z.discriminatedUnion('type', [
  object({ type: z.literal('PHONE_NUMBER'), text: buttonText, phoneNumber: z.string() }),
  object({ type: z.literal('URL'), text: buttonText, url: z.string(), example, destinationUrl: z.string().optional() }),
  object({ type: z.literal('QUICK_REPLY'), text: buttonText }),
  object({ type: z.literal('COPY_CODE'), text: buttonText.optional(), example: text(1, 15).optional() }),
  object({
    type: z.literal('FLOW'),
    text: buttonText,
    flowId: z.int(),
    flowAction: z.enum(['NAVIGATE', 'DATA_EXCHANGE']),
    navigateScreen: z.string().optional(),
  }),
  object({ type: z.literal('CATALOG'), text: buttonText.optional() }),
  object({ type: z.literal('MULTI_PRODUCT'), text: buttonText.optional() }),
  object({ type: z.literal('ORDER_DETAILS'), variant: z.enum(['BRAZIL', 'INDIA']) }),
  object({
    type: z.literal('VOICE_CALL'),
    text: buttonText,
    callValidityPeriod: z.int32().min(1440).max(43_200).optional(),
  }),
  object({ type: z.literal('REQUEST_CONTACT_INFO'), text: z.string().optional() }),
])

const defaultStructure = object({
  header: header.optional(),
  body,
  footer: object({ text: upTo(60) }).optional(),
  buttons: z.array(button).optional(),
  carousel: object({
    cards: z
      .array(object({ header, body, buttons: z.array(button).min(1).max(2) }))
      .min(1)
      .max(10),
  }).optional(),
  limitedTimeOffer: object({ hasExpiration: z.boolean().optional(), text: text(1, 16) }).optional(),
  callPermissionRequest: object({}).optional(),
  shorteningOptions: object({ customDomain: z.string() }).optional(),
  type: z.enum(['TEXT', 'MEDIA', 'UNSUPPORTED']).optional(),
})

const authenticationStructure = object({
  body: object({ addSecurityRecommendation: z.boolean().optional() }),
  footer: object({ codeExpirationMinutes: z.int32().min(1).max(90).optional() }),
  buttons: z
    .array(
      z.discriminatedUnion('otpType', [
        object({ otpType: z.literal('COPY_CODE'), text: buttonText.optional() }),
        object({
          otpType: z.literal('ONE_TAP'),
          text: buttonText.optional(),
          autofillText: buttonText.optional(),
          packageName: z.string(),
          signatureHash: text(11, 11),
        }),
      ]),
    )
    .min(1)
    .max(1),
})

const subCategory = z.enum(['ORDER_STATUS']).optional()
const validityPeriod = object({ amount: z.int32(), timeUnit: z.enum(['SECONDS', 'MINUTES']).optional() }).optional()

const definition = {
  name: z.string(),
  language: z.string().refine((value) => templateLanguages.includes(value), { error: 'must be a known language' }),
  platform: platform.optional(),
}

/** Body of `POST /whatsapp/2/senders/{sender}/templates`. */
export const templateDefinition = z.discriminatedUnion('category', [
  object({ ...definition, category: z.literal('MARKETING'), structure: defaultStructure }),
  object({ ...definition, category: z.literal('UTILITY'), structure: defaultStructure, subCategory }),
  object({
    ...definition,
    category: z.literal('AUTHENTICATION'),
    structure: authenticationStructure,
    validityPeriod,
  }),
])

/** Body of `PATCH /whatsapp/2/senders/{sender}/templates/{id}`. */
export const templateEdit = object({
  category: z.enum(['MARKETING', 'AUTHENTICATION', 'UTILITY']).optional(),
  structure: object({}).optional(),
  validityPeriod,
  platform: platform.optional(),
  subCategory,
})
