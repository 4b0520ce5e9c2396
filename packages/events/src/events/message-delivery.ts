import { z } from 'zod'
import { aboutSent, contact, fromWebhook, instant, price, providerError, rankField, status } from './common.ts'

/** What Infobip reports of a message sent. There can be several for one message, in any order. */
export const messageDelivery = z.object({
  ...aboutSent,
  messageId: z.string(),
  status,
  error: providerError.optional(),
  sentAt: instant.optional(),
  doneAt: instant.optional(),
  price: price.optional(),
  bulkId: z.string().optional(),
  messageCount: z.int().optional().describe('Segments, not messages'),
  contact: contact.optional(),
  final: z.boolean().describe('Nothing more is to be expected'),
  rank: rankField,
  ...fromWebhook,
})
export type MessageDelivery = z.infer<typeof messageDelivery>
