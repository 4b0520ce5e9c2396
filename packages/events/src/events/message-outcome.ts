import { z } from 'zod'
import { rankField, status } from './common.ts'

const gate = z.enum(['window', 'consent', 'template', 'identity', 'budget'])

/** What speaks against a message that was sent all the same. */
const outcomeAdvice = z.object({
  gate,
  code: z
    .string()
    .describe('From docs/errors.md; with the gate on `enforce` the command would have been rejected with it'),
  reason: z.string(),
})

/** Which of the command’s two forms. */
const form = z.enum(['content', 'fallback'])

/** The whole decision about a command that was checked only. */
const outcomeDecision = z.object({
  verdict: z.enum(['send', 'wait', 'reject']),
  form,
  code: z.string().optional().describe('Why it would be rejected'),
  advice: z.array(outcomeAdvice),
  facts: z.array(
    z.object({
      fact: z.string(),
      value: z.string().describe('`unknown` where it is not known'),
      ageMs: z.int().optional().describe('How long ago it was learnt; absent where it is not known'),
    }),
  ),
})
export type OutcomeDecision = z.infer<typeof outcomeDecision>

/** What a message counts in a budget until its report. */
const reservation = z.object({
  budget: z.string().describe('`sender/day/messages/marketing`: per whom, in which time, what, of which category'),
  scope: z.string().describe('The business number; `-` for a budget of the whole tenant'),
  period: z.string().describe('`2026-12-01` or `2026-12`'),
  units: z.int().describe('Messages, or millionths of the currency'),
})
export type Reservation = z.infer<typeof reservation>

export const outcomeError = z.object({
  code: z.string().describe('From docs/errors.md'),
  reason: z.string().describe('What is wrong and what to change'),
  httpStatus: z.int().optional(),
  infobip: z.unknown().optional().describe('Infobip’s own words'),
  gate: gate.optional().describe('Which of the gates refused it, before any request'),
  closesAt: z.string().optional().describe('When the customer service window closed, where that is known'),
  source: z
    .string()
    .optional()
    .describe('Who says that the customer has opted out: whatsapp, blocklist, keyword, command'),
  since: z.string().optional().describe('When the customer opted out'),
  where: z.string().optional().describe('Where the command does not fit its template …'),
  wanted: z.string().optional().describe('… what the template wants there …'),
  given: z.string().optional().describe('… and what was given'),
  budget: z.string().optional().describe('Which budget has no room …'),
  until: z.string().optional().describe('… and when its period ends'),
})
export type OutcomeError = z.infer<typeof outcomeError>

/** How a command ended: the type of the event says which way. */
export const messageOutcome = z.object({
  commandId: z.string(),
  tenant: z.string().describe('`-` where the command named none'),
  kind: z.string().optional().describe('The command’s type where it is not a send'),
  messageId: z.string().optional().describe('Infobip’s id of the message, where a request was made'),
  from: z.string().optional(),
  to: z.string().optional(),
  callbackData: z.string().optional(),
  status: status.optional(),
  error: outcomeError.optional(),
  rank: rankField.optional(),
  advice: z.array(outcomeAdvice).optional().describe('What spoke against it, by gates that do not reject'),
  sentAs: form.optional().describe('Which form was sent, of a command that has a `fallback`'),
  reserved: z.array(reservation).optional().describe('What it reserved, of a tenant that has budgets'),
  decision: outcomeDecision.optional().describe('With `dryRun`: what would be done, and what that was made of'),
  dryRun: z.literal(true).optional().describe('The command asked to be checked only'),
})
export type MessageOutcome = z.infer<typeof messageOutcome>
