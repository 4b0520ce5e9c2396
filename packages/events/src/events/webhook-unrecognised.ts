import { z } from 'zod'
import { instant } from './common.ts'

/** A webhook's body, or one result of it, that could not be read as anything known: whole, with the reason. */
export const webhookUnrecognised = z.object({
  tenant: z.string(),
  code: z.string().describe('The reason for programs, such as unknown_kind or missing_message_id'),
  reason: z.string().describe('The reason for people'),
  receivedAt: instant,
  raw: z.unknown().optional().describe('The result or body, equal as JSON'),
  rawText: z
    .string()
    .optional()
    .describe(
      'The JSON text instead of `raw`, where it is nested too deep for common parsers, or has more results or values than a webhook has',
    ),
})
export type WebhookUnrecognised = z.infer<typeof webhookUnrecognised>
