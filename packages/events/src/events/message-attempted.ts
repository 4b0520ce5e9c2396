import { z } from 'zod'

/** A diagnosis: one request to Infobip that carries a command. Nothing of its body, nor of the answer's but what is named here. */
export const messageAttempted = z.object({
  tenant: z.string(),
  commandId: z.string(),
  kind: z.string().optional().describe('The command’s type where it is not a send'),
  messageId: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  account: z.string().describe('As in metrics and traces'),
  api: z.string().describe('omni, whatsapp, messages'),
  endpoint: z.string().describe('Method and path, names in place of what differs'),
  attempt: z.int().describe('1 is the command’s first request'),
  outcome: z
    .string()
    .describe(
      'accepted, rejected, throttled, refused-key; unsent: no byte of it left; unknown: it may have been processed',
    ),
  httpStatus: z.int().optional().describe('Absent where there was no answer'),
  code: z.string().optional().describe('Infobip’s code, or that of the failure: ECONNREFUSED, ETIMEDOUT'),
  reason: z
    .string()
    .optional()
    .describe('The code in words, Infobip’s where it has some; left out with logs.privacy: mask'),
  retryAfterMs: z.int().optional().describe('How long Infobip asked to wait'),
  durationMs: z.number(),
})
export type MessageAttempted = z.infer<typeof messageAttempted>
