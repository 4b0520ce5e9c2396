import { z } from 'zod'
import { fromWebhook, instant } from './common.ts'

/** A customer began or stopped to type. */
export const typingChanged = z.object({
  tenant: z.string(),
  channel: z.string().optional(),
  from: z.string().optional().describe('The customer'),
  to: z.string().optional().describe('The business number'),
  typing: z.boolean(),
  messageId: z.string().optional(),
  receivedAt: instant.optional(),
  pairedMessageId: z.string().optional(),
  callbackData: z.string().optional(),
  entityId: z.string().optional(),
  applicationId: z.string().optional(),
  ...fromWebhook,
})
export type TypingChanged = z.infer<typeof typingChanged>
