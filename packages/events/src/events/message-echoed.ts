import { z } from 'zod'
import { contact, fromWebhook, instant } from './common.ts'
import { content } from './content.ts'

/** The business wrote by its own phone: outgoing, and nothing to be answered. */
export const messageEchoed = z.object({
  tenant: z.string(),
  channel: z.string().describe('WHATSAPP'),
  messageId: z.string(),
  from: z.string().optional().describe('The business number'),
  to: z.string().optional().describe('The customer: digits, or the BSUID where there is no number'),
  sentAt: instant.optional(),
  contact: contact.optional().describe('The customer'),
  content: content.describe('As far as WhatsApp’s form is known; else `unknown`'),
  replyTo: z.object({ messageId: z.string().optional() }).optional().describe('The message that this one quotes'),
  ...fromWebhook,
})
export type MessageEchoed = z.infer<typeof messageEchoed>
