import { z } from 'zod'
import { aboutSent, fromWebhook, instant } from './common.ts'

/** The customer has opened a tracked link of a message. */
export const messageClicked = z.object({
  ...aboutSent,
  url: z.string().optional(),
  domain: z.string().optional(),
  clickedAt: instant.optional(),
  bulkId: z.string().optional(),
  device: z.object({ type: z.string().optional(), os: z.string().optional(), name: z.string().optional() }).optional(),
  location: z.object({ country: z.string().optional(), city: z.string().optional() }).optional(),
  ...fromWebhook,
})
export type MessageClicked = z.infer<typeof messageClicked>
