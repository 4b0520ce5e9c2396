import { z } from 'zod'
import { object, platform, schedule, upTo, validityPeriod } from '../parts.ts'

/** Body of `POST /whatsapp/1/events`. */
export const whatsAppEvents = object({
  events: z.array(
    object({
      sender: z.string(),
      destinations: z
        .array(object({ to: z.string(), messageId: upTo(200).optional() }))
        .min(1)
        .max(1),
      content: z.discriminatedUnion('type', [
        object({ type: z.literal('TYPING_INDICATOR'), messageId: z.string().optional() }),
      ]),
      options: object({ platform: platform.optional(), validityPeriod: validityPeriod.optional() }).optional(),
    }),
  ),
  options: object({ schedule: schedule.optional() }).optional(),
})

export const mediaDeletion = object({ url: z.string() })
export const identityConfirmation = object({ hash: z.string() })
