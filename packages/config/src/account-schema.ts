import { z } from 'zod'
import { duration, headerSecret, nonEmpty, phoneNumber, rate, timeZone, webUrl } from './fields.ts'
import { gatesSchema } from './gates-schema.ts'

const senderSchema = z.strictObject({
  number: phoneNumber.describe('The WhatsApp number, digits.'),
  scenarioKey: z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), nonEmpty('scenario key'))
    .exactOptional()
    .describe('Infobip’s key of the scenario whose sender it is; needed for sends over omni.'),
  messagesPerSecond: rate.default(80).describe('Across all instances. 80 is Meta’s default for a number.'),
  pairPerSecond: rate
    .exactOptional()
    .describe('For one customer; off unless set. Meta’s limit is one in 6 s, with bursts.'),
  gates: gatesSchema.exactOptional().describe('Overrides those of the account, each by itself.'),
  portfolio: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be letters, digits and dashes: a-z, 0-9 and -')
    .refine((value) => /[a-z]/.test(value), 'must have a letter: it stands beside business numbers')
    .exactOptional()
    .describe(
      'A name for the Meta business portfolio of this number: user ids (BSUIDs) are the same at all its numbers, so numbers of one name share what is known of who is who. Without it each number is by itself. Set or changed later, who is who is learnt anew under it.',
    ),
  inbound: z
    .literal('complete')
    .exactOptional()
    .describe(
      'Says that Infobip sends everything that customers write to this number here: without it, an open window may not be known, and `gates.window` cannot be `enforce`.',
    ),
})

/** One Infobip account; the base URL differs for each. */
export const accountSchema = z.strictObject({
  baseUrl: webUrl('URL').describe('The account’s personal one.'),
  apiKey: headerSecret,
  api: z
    .enum(['omni', 'messages'])
    .default('omni')
    .describe('`messages` sends what both can carry over the Messages API.'),
  onUnknown: z
    .enum(['resend', 'reject'])
    .default('resend')
    .describe(
      'For a send whose outcome stays unknown: once more under the same message id, or rejected as `outcome_unknown`.',
    ),
  unknownAfterMs: duration(1_000, 24 * 3_600_000)
    .default(60_000)
    .describe('How long after the request "not found" in Infobip’s logs counts: their lag is not published.'),
  logsCover: z
    .array(z.enum(['omni', 'whatsapp', 'messages']))
    .default(['omni'])
    .describe('Sends over which of the APIs show in `GET /omni/1/logs` of this account.'),
  mediaHosts: z
    .array(nonEmpty('host name'))
    .default([])
    .describe(
      'Hosts beside the base URL’s own from which customers’ media may be fetched with the key, by https alone.',
    ),
  timeZone: timeZone
    .default('UTC')
    .describe('Of the WhatsApp Business Account, such as `Europe/Lisbon`: prices change, and days begin, by it.'),
  rateCard: nonEmpty('file name')
    .exactOptional()
    .describe(
      'File with the account’s prices, from this file’s folder: messages get an estimate by it. None comes with IMChannel; docs/costs.md has the form.',
    ),
  gates: gatesSchema.exactOptional().describe('Overrides those of the tenant, each by itself.'),
  senders: z.array(senderSchema, {
    error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a list of senders'),
  }),
})
