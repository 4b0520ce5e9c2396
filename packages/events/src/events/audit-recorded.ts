import { z } from 'zod'

/** What somebody did with what the system keeps. Nothing in it names a customer. */
export const auditRecorded = z.object({
  tenant: z.string(),
  action: z
    .string()
    .describe(
      'reveal: the masks of a conversation were lifted; replay: a dead letter was sent again; forget: a person is to be forgotten; consent: what a source says of consent was corrected',
    ),
  by: z.string().describe('The user, as the login names them'),
  via: z.string().describe('console, or command line'),
  conversation: z
    .string()
    .optional()
    .describe(
      'An HMAC of the conversation’s key under the tenant’s `forgetSecret`, or else a secret of the console’s store',
    ),
  people: z
    .array(z.string())
    .optional()
    .describe(
      'forget: HMACs under the tenant’s `forgetSecret` of every name and spelling of one person; what was written of them until the event’s time is forgotten',
    ),
  place: z
    .string()
    .optional()
    .describe('The record that it was done to: topic, partition and offset, with slashes between them'),
  outcome: z.string().describe('revealed; requested: what became of it is a later event; forgotten'),
  detail: z.string().optional(),
})
export type AuditRecorded = z.infer<typeof auditRecorded>
