import { z } from 'zod'
import { mediaUrl, object, records, text, upTo } from '../parts.ts'
import { bodyText, envelope, footer, message } from './envelope.ts'

const textHeader = object({ type: z.literal('TEXT'), text: text(1, 60) })
const mediaHeaders = [
  object({ type: z.literal('VIDEO'), mediaUrl }),
  object({ type: z.literal('IMAGE'), mediaUrl }),
  object({ type: z.literal('DOCUMENT'), mediaUrl, filename: upTo(240).optional() }),
] as const
const anyHeader = z.discriminatedUnion('type', [textHeader, ...mediaHeaders])
const onlyText = z.discriminatedUnion('type', [textHeader])

export const buttonsMessage = message(
  object({
    body: bodyText,
    action: object({
      buttons: z
        .array(
          z.discriminatedUnion('type', [object({ type: z.literal('REPLY'), id: text(1, 256), title: text(1, 20) })]),
        )
        .min(1)
        .max(3),
    }),
    header: anyHeader.optional(),
    footer,
  }),
)

export const listMessage = message(
  object({
    body: bodyText,
    action: object({
      title: text(1, 20),
      sections: z
        .array(
          object({
            title: upTo(24).optional(),
            rows: z.array(object({ id: text(1, 200), title: text(1, 24), description: upTo(72).optional() })),
          }),
        )
        .min(1)
        .max(10),
    }),
    header: onlyText.optional(),
    footer,
  }),
)

const cardHeader = z.discriminatedUnion('type', [
  object({ type: z.literal('IMAGE'), url: upTo(2048) }),
  object({ type: z.literal('VIDEO'), url: upTo(2048) }),
])
const cardBody = object({ text: upTo(160) })

export const mediaCarouselMessage = message(
  object({
    body: object({ text: upTo(1024) }),
    action: z.discriminatedUnion('type', [
      object({
        type: z.literal('QUICK_REPLY'),
        cards: z
          .array(
            object({
              header: cardHeader,
              body: cardBody,
              buttons: z.array(object({ id: upTo(20), title: upTo(20) })),
            }),
          )
          .min(2)
          .max(10),
      }),
      object({
        type: z.literal('URL'),
        cards: z
          .array(
            object({
              header: cardHeader,
              body: cardBody,
              button: object({ displayText: upTo(20), url: upTo(2048) }),
            }),
          )
          .min(2)
          .max(10),
      }),
    ]),
  }),
)

export const locationRequestMessage = message(object({ body: bodyText }))
export const requestContactInfoMessage = message(object({ body: bodyText }))

export const productMessage = message(
  object({
    action: object({ catalogId: z.string(), productRetailerId: z.string() }),
    body: bodyText.optional(),
    footer,
  }),
)

export const multiProductMessage = message(
  object({
    header: onlyText,
    body: bodyText,
    action: object({
      catalogId: z.string(),
      sections: z
        .array(object({ title: upTo(24).optional(), productRetailerIds: z.array(z.string()) }))
        .min(1)
        .max(10),
    }),
    footer,
  }),
)

export const flowMessage = message(
  object({
    body: bodyText,
    action: object({
      mode: z.enum(['DRAFT', 'PUBLISHED']).optional(),
      flowMessageVersion: z.int32().optional(),
      flowToken: z.string(),
      flowId: z.string(),
      callToActionButton: text(1, 20),
      flowAction: z.enum(['NAVIGATE', 'DATA_EXCHANGE']).optional(),
      flowActionPayload: object({ screen: z.string(), data: records.optional() }).optional(),
    }),
    header: onlyText.optional(),
    footer,
  }),
)

export const urlButtonMessage = message(
  object({
    body: bodyText,
    action: object({ displayText: text(1, 20), url: text(1, 2048) }),
    header: anyHeader.optional(),
    footer,
  }),
)

const context = object({ replyToMessageId: z.string() }).optional()

// These two have no content at all.
export const callPermissionRequestMessage = object({ ...envelope, context })
export const inThreadAuthenticationRequestMessage = object({ ...envelope, context })

export const voiceButtonMessage = object({
  ...envelope,
  content: object({
    body: object({ text: upTo(1024) }),
    action: object({
      buttonDisplayText: upTo(20).optional(),
      callValidityPeriod: z.int32().min(1).max(43_200).optional(),
      callContextPayload: text(1, 512).optional(),
    }).optional(),
  }),
})
