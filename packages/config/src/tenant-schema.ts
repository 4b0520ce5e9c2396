import { z } from 'zod'
import { accountSchema } from './account-schema.ts'
import { budgetsSchema, conversationLimitSchema } from './budgets-schema.ts'
import { gatesSchema } from './gates-schema.ts'
import { keywordsSchema } from './keywords-schema.ts'
import { oneOrMore, signingSecret, tokenSecret } from './fields.ts'
import { webhookAuthSchema } from './webhook-auth-schema.ts'
import { webhookResponseSchema } from './webhook-response-schema.ts'

/** One customer of this system: who may speak for it, and through which Infobip accounts it speaks. */
export const tenantSchema = z.strictObject({
  webhookAuth: oneOrMore(webhookAuthSchema, 'must name a way; "type: none" must be said').describe(
    'How webhooks prove that Infobip sent them: one way or a list, any one of which suffices.',
  ),
  webhookResponse: webhookResponseSchema.exactOptional().describe('Overrides the general one.'),
  mediaTokens: oneOrMore(tokenSecret).default([]).describe('Who may upload media, as bearer tokens.'),
  mediaSecrets: oneOrMore(signingSecret)
    .default([])
    .describe(
      'Sign the links to customers’ media: the first signs, all verify. Without one, events carry no such link.',
    ),
  keywords: keywordsSchema
    .exactOptional()
    .describe('Words by which customers stop and start again. Off unless set; each gives `imchannel.consent.changed`.'),
  forgetSecret: oneOrMore(signingSecret)
    .default([])
    .describe(
      'Stands for people whom `imchannel forget` has forgotten, as an HMAC: the first signs, all verify. Keep it for as long as `imchannel.audit` is kept; without one nobody can be forgotten in what is rebuilt from Kafka.',
    ),
  gates: gatesSchema
    .exactOptional()
    .describe('What is judged before each message; each is `advise` unless set, and the nearest setting wins.'),
  budgets: budgetsSchema.exactOptional().describe('How much may be sent, in messages or money.'),
  conversationLimit: conversationLimitSchema
    .exactOptional()
    .describe(
      'Messages to a customer who does not write in between. Off unless set; a number alone is `{ messages }`.',
    ),
  accounts: z
    .array(accountSchema, {
      error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a list of accounts'),
    })
    .describe('Infobip accounts.'),
})
