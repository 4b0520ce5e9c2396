import { z } from 'zod'

/** What somebody did with what the system keeps. Nothing in it names a customer. */
export const auditRecorded = z.object({
  tenant: z.string(),
  action: z.string().describe('reveal: the masks of a conversation were lifted; replay: a dead letter was sent again'),
  by: z.string().describe('The user, as the login names them'),
  via: z.string().describe('console'),
  conversation: z
    .string()
    .optional()
    .describe('An HMAC of the conversation’s key under a secret of the console’s store'),
  place: z
    .string()
    .optional()
    .describe('The record that it was done to: topic, partition and offset, with slashes between them'),
  outcome: z.string().describe('revealed; requested: what became of it is a later event'),
  detail: z.string().optional(),
})
export type AuditRecorded = z.infer<typeof auditRecorded>
