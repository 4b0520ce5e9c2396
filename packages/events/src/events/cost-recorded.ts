import { z } from 'zod'
import { amount, instant } from './common.ts'

/** What one message cost, as far as it is known when its first report is there. */
export const costRecorded = z.object({
  tenant: z.string(),
  messageId: z.string(),
  commandId: z.string().optional().describe('The command, where this system sent the message'),
  from: z.string().optional().describe('The business number'),
  to: z.string().optional().describe('The customer'),
  channel: z.string().optional().describe('As Infobip names it; absent where the report names none'),
  source: z.string().optional().describe('The bot or campaign that wrote the command'),
  class: z.enum(['reply', 'notification', 'bulk']).optional().describe('Of the command'),
  template: z.string().optional().describe('The name of the template that was sent'),
  sentAs: z.enum(['content', 'fallback']).optional().describe('Which of the command’s two contents was sent'),
  deliveredAt: instant.describe('Of a message that failed: when it did'),
  settledBy: z
    .enum(['delivered', 'seen', 'failed'])
    .describe('The report that it was made of; a failure only where Infobip shows a price other than zero'),
  revision: z
    .int()
    .min(1)
    .describe('2 under the same `ce_id` where a price came after a record without one. The highest counts'),
  category: z.enum(['marketing', 'utility', 'authentication', 'service', 'unknown']).describe('What Meta charges by'),
  categorySource: z.enum(['template', 'content', 'unknown']).describe('What the category was told from'),
  market: z.string().describe('The country code of the customer’s number; `-` where it is not known'),
  window: z.enum(['open', 'closed', 'unknown']).describe('Of the customer, when the message was sent'),
  freeEntryPoint: z.enum(['yes', 'no', 'unknown']).describe('Sent within the 72 hours that the answer to an ad opens'),
  billable: z
    .enum(['yes', 'no', 'unknown'])
    .describe('By Infobip’s price where it shows more than zero, else by Meta’s rules of the day'),
  reported: z
    .object({ pricePerMessage: amount, currency: z.string().describe('XXX where Infobip names none') })
    .optional()
    .describe('The price that Infobip shows. Absent is not zero'),
  estimate: z
    .object({ amount, currency: z.string(), rateCard: z.string().describe('The file, as the configuration names it') })
    .optional()
    .describe('By the account’s rate card, if the message is charged. Never to be added to what is reported'),
})
export type CostRecorded = z.infer<typeof costRecorded>
