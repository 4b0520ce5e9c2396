import { z } from 'zod'
import { fromWebhook, instant, serviceWindow } from './common.ts'

/** A customer called over WhatsApp, whether or not anybody answered, or accepted a call of the business. */
export const callReceived = z.object({
  tenant: z.string(),
  channel: z.string().describe('WHATSAPP'),
  callId: z.string(),
  direction: z
    .enum(['inbound', 'outbound'])
    .optional()
    .describe('`outbound`: the business called, and the customer accepted; absent is `inbound`'),
  from: z.string().describe('The customer'),
  to: z.string().optional().describe('The business number'),
  receivedAt: instant.describe(
    'When the customer called or accepted, by Infobip’s time; the time of arrival where Infobip’s cannot be read',
  ),
  window: serviceWindow.optional().describe('Absent where nobody knows whether the customer accepted'),
  ...fromWebhook,
})
export type CallReceived = z.infer<typeof callReceived>
