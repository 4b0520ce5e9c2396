import { z } from 'zod'
import { rankField, status } from './common.ts'

export const outcomeError = z.object({
  code: z.string().describe('From docs/errors.md'),
  reason: z.string().describe('What is wrong and what to change'),
  httpStatus: z.int().optional(),
  infobip: z.unknown().optional().describe('Infobip’s own words'),
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
  dryRun: z.literal(true).optional().describe('The command asked to be checked only'),
})
export type MessageOutcome = z.infer<typeof messageOutcome>
