import { z } from 'zod'
import { contact, fromWebhook, identity, instant, price, serviceWindow } from './common.ts'
import { content } from './content.ts'

/** A customer wrote. */
export const messageReceived = z.object({
  tenant: z.string(),
  channel: z.string().describe('As Infobip names it: WHATSAPP, SMS, MMS, VIBER, FACEBOOK, …'),
  messageId: z.string(),
  from: z.string().describe('The customer: digits, or the BSUID where there is no number'),
  to: z.string().optional().describe('The business number'),
  receivedAt: instant.describe('Infobip’s time; the time of arrival where Infobip’s cannot be read'),
  contact: contact.optional(),
  content,
  parts: z.array(content).optional().describe('All parts of a message that has several'),
  replyTo: z
    .looseObject({
      messageId: z.string().optional(),
      from: z.string().optional(),
      groupId: z.string().optional(),
      referredProduct: z
        .object({ catalogId: z.string().optional(), productRetailerId: z.string().optional() })
        .optional(),
    })
    .optional()
    .describe('The message that this one quotes'),
  price: price.optional(),
  pairedMessageId: z.string().optional(),
  callbackData: z.string().optional(),
  keyword: z.string().optional(),
  referral: z
    .looseObject({
      sourceType: z.string().optional(),
      sourceId: z.string().optional(),
      sourceUrl: z.string().optional(),
      headline: z.string().optional(),
      body: z.string().optional(),
      media: z.object({ type: z.string().optional(), url: z.string().optional() }).optional(),
      ctwaClickId: z.string().optional(),
    })
    .optional()
    .describe('The advertisement that brought the customer'),
  identity: identity.optional(),
  entityId: z.string().optional(),
  applicationId: z.string().optional(),
  window: serviceWindow
    .optional()
    .describe(
      'Absent where the message does not surely open it: a reaction, something unsupported or unknown, in a group, over another channel',
    ),
  ...fromWebhook,
})
export type MessageReceived = z.infer<typeof messageReceived>
