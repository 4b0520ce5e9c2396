import { z } from 'zod'
import { latitude, longitude, object } from '../parts.ts'
import { cardTemplateButton, templateButton } from './buttons.ts'

export const template = object({
  templateName: z.string(),
  language: z.string().optional(),
  referenceId: z.string().optional(),
})

export const templateContent = object({
  header: z
    .discriminatedUnion('type', [
      object({ type: z.literal('TEXT') }),
      object({ type: z.literal('DOCUMENT'), url: z.string(), filename: z.string() }),
      object({ type: z.literal('IMAGE'), url: z.string() }),
      object({ type: z.literal('VIDEO'), url: z.string() }),
      object({ type: z.literal('LOCATION'), latitude, longitude }),
    ])
    .optional(),
  // A text body's placeholders are fields of any name: `{"type": "TEXT", "1": "Ada"}`.
  body: z
    .discriminatedUnion('type', [
      object({ type: z.literal('TEXT') }),
      object({
        type: z.literal('CAROUSEL'),
        cards: z.array(
          object({
            header: z.discriminatedUnion('type', [
              object({ type: z.literal('IMAGE'), url: z.string() }),
              object({ type: z.literal('VIDEO'), url: z.string() }),
            ]),
            body: z.record(z.string(), z.string()).optional(),
            buttons: z.array(cardTemplateButton).optional(),
          }),
        ),
      }),
    ])
    .optional(),
  buttons: z.array(templateButton).optional(),
  expirationTime: z.string().optional(),
})
export type TemplateMessageContent = z.infer<typeof templateContent>
