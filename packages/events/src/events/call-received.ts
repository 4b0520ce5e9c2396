import { z } from 'zod'
import { fromWebhook, instant, serviceWindow } from './common.ts'

/** A customer called over WhatsApp, whether or not anybody answered. */
export const callReceived = z.object({
  tenant: z.string(),
  channel: z.string().describe('WHATSAPP'),
  callId: z.string(),
  from: z.string().describe('The customer'),
  to: z.string().optional().describe('The business number'),
  receivedAt: instant.describe('Infobip’s time; the time of arrival where Infobip’s cannot be read'),
  window: serviceWindow.optional(),
  ...fromWebhook,
})
export type CallReceived = z.infer<typeof callReceived>
