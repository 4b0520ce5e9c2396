import { z } from 'zod'
import { fromWebhook, instant } from './common.ts'

/** What is new about a customer: see `contact.changed`. */
const contactReasons = ['new-user-id', 'new-phone', 'spelling', 'username', 'portfolio'] as const

/** Evidence showed that two names are one person's, that a number has another holder, or that a name is another one now. */
export const contactChanged = z.object({
  tenant: z.string(),
  sender: z.string().optional().describe('The business number whose webhook shows it'),
  portfolio: z.string().optional().describe('The portfolio of that number, where the configuration names one'),
  reason: z
    .enum(contactReasons)
    .describe(
      '`new-user-id`: a user id under a known phone number; with `previousUserId` that is another person, whose window and opt-in are not those of the one before, while opt-outs stay. `portfolio`: the same, as one of so many that the business’s portfolio moved and everybody stays who they are. `new-phone`: a phone number of a known user id. `spelling`: the same number, written otherwise. `username`: another user name',
    ),
  phone: z.string().optional().describe('The phone number, as the webhook has it'),
  userId: z.string().optional().describe('The BSUID'),
  username: z.string().optional(),
  previousPhone: z.string().optional(),
  previousUserId: z.string().optional(),
  previousUsername: z.string().optional(),
  changedAt: instant.optional(),
  ...fromWebhook,
})
export type ContactChanged = z.infer<typeof contactChanged>

/** What is known of one name of a customer: the value of the compacted topic. */
export const contactRecorded = z.object({
  tenant: z.string(),
  scope: z.string().describe('The portfolio, or the business number where the configuration names none'),
  name: z.string().describe('A phone number or a BSUID'),
  since: instant.describe('When it was first known here'),
  conversation: z
    .object({ name: z.string(), since: instant })
    .describe('The oldest of the person’s names: the last part of the conversation’s key'),
  links: z
    .array(
      z.object({
        name: z.string(),
        since: instant.describe('The provider’s time of the first webhook that shows both names'),
        moved: z.literal(true).optional().describe('Part of a portfolio’s move: the same person as before'),
      }),
    )
    .describe('The names that evidence joins with this one'),
  username: z.object({ value: z.string(), since: instant }).optional(),
  identity: z
    .object({ unconfirmedAt: instant.optional(), confirmedAt: instant.optional() })
    .optional()
    .describe(
      'When WhatsApp last refused a message since the customer’s identity had changed, and last had it confirmed',
    ),
})
export type ContactRecorded = z.infer<typeof contactRecorded>
