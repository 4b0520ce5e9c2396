import { z } from 'zod'
import { aboutSent, contact, fromWebhook, instant, rankField } from './common.ts'

/** The customer has read a message. */
export const messageSeen = z.object({
  ...aboutSent,
  messageId: z.string(),
  sentAt: instant.optional(),
  seenAt: instant.optional(),
  bulkId: z.string().optional(),
  contact: contact.optional(),
  rank: rankField,
  ...fromWebhook,
})
export type MessageSeen = z.infer<typeof messageSeen>
