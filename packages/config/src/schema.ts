import { z } from 'zod'
import { consoleSchema } from './console-schema.ts'
import { addressRange, duration, flag, hostOrRange, nonEmpty, size, wholeNumber, webUrl } from './fields.ts'
import { kafkaSchema } from './kafka-schema.ts'
import { redisSchema } from './redis-schema.ts'
import { tenantSchema } from './tenant-schema.ts'
import { topicsSchema } from './topics-schema.ts'
import { tlsSchema } from './tls-schema.ts'
import { webhookResponseSchema } from './webhook-response-schema.ts'

const second = 1_000
const hour = 3_600 * second
const day = 24 * hour
const mebibyte = 1024 * 1024

const port = wholeNumber(0, 65_535)

const logsSchema = z
  .strictObject({
    format: z
      .enum(['classic', 'json'])
      .default('classic')
      .describe('`classic` prints the legacy lines to the letter, `json` one object a line.'),
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is below it is not printed.'),
    privacy: z
      .enum(['none', 'mask'])
      .default('none')
      .describe('`mask` hides phone numbers, names and texts in both formats.'),
  })
  .prefault({})

const limitsSchema = z
  .strictObject({
    webhookBytes: size(1024, 512 * mebibyte)
      .default(32 * mebibyte)
      .describe(
        'A webhook over it, or over an eighth of `waitingBytes`, is 413, counted after decompression. 2,000 results of 16 KiB, the most that Infobip batches, are 32 MiB.',
      ),
    unauthenticatedBytes: size(1024, 1024 * mebibyte)
      .optional()
      .describe(
        'Bodies of senders not yet known (hmac) may hold this much in all, then 503; one address half of it. Default: an eighth of the memory that the process may use, 64 MiB at most.',
      ),
    waitingBytes: size(1024, 4096 * mebibyte)
      .optional()
      .describe(
        'Memory that webhooks may hold in all until Kafka has them, eight bytes for each of a body, then 503. Those of one tenant hold three quarters at most. Default: half of the memory that the process may use.',
      ),
    webhookDeadline: duration(500, 60 * second)
      .default(5 * second)
      .describe(
        '503 after it. Below the shortest read timeout that Infobip is commonly set to (10 s) with room for a slow network.',
      ),
    webhookMemory: duration(second, 30 * day)
      .default(day)
      .describe(
        'How long a webhook that was stored is known as a repeat. Infobip’s first 16 repeats come within 21 h, the next one 4 h later.',
      ),
    aliasMemory: duration(day, 1000 * day)
      .default(400 * day)
      .describe('How long the phone number behind a business-scoped user id is remembered.'),
    connections: wholeNumber(1, 1_000_000)
      .default(10_000)
      .describe('Open connections to one server. Infobip sends up to 10,000 requests in parallel.'),
    failedAuthPerMinute: wholeNumber(1, 1_000_000)
      .default(600)
      .describe(
        'Wrong credentials from one address beyond it are 429. Ten a second: a misconfigured sender retries far slower.',
      ),
  })
  .prefault({})

const mediaFetchSchema = z
  .strictObject({
    allow: z
      .array(hostOrRange)
      .default([])
      .describe(
        'Hosts (`cdn.example.com`, `*.example.com`) and address ranges that may be fetched although their addresses are private. Every public address may be fetched whatever stands here; `deny` closes.',
      ),
    deny: z.array(hostOrRange).default([]).describe('Hosts and address ranges that are never fetched.'),
  })
  .prefault({})

/** The whole file. Unknown keys are refused at every level. */
export const configSchema = z.strictObject({
  kafka: kafkaSchema.describe('Restart to change.'),
  redis: redisSchema.describe('Restart to change.'),
  publicUrl: webUrl('URL').describe('Where Infobip reaches the media-server.'),
  topics: topicsSchema,
  tenants: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: () => 'must be a tenant name: [a-z0-9][a-z0-9-]{0,62}' }),
      tenantSchema,
      { error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a table of tenants by name') },
    )
    .describe('By name: `[a-z0-9][a-z0-9-]{0,62}`.'),
  port: port
    .optional()
    .describe(
      'The service’s port: 3001 ingress, 3002 dispatcher, 3003 media-server, 3004 console unless set. 0 takes a free one. Restart to change.',
    ),
  adminPort: port
    .optional()
    .describe('Moves `/livez`, `/readyz` and `/metrics` to a port of their own. Restart to change.'),
  host: nonEmpty('address').default('0.0.0.0').describe('The address to listen on. Restart to change.'),
  tls: tlsSchema
    .optional()
    .describe(
      'ingress and media-server serve HTTPS with it. A renewed certificate is taken up; switching it on or off needs a restart.',
    ),
  trustedProxies: z.array(addressRange).default([]).describe('Addresses or ranges whose `X-Forwarded-For` counts.'),
  trustTraceHeaders: flag.default(false).describe('Takes `traceparent` from outside.'),
  webhookResponse: webhookResponseSchema.prefault({}),
  commandMemory: duration(hour, 90 * day)
    .default(7 * day)
    .describe('How long a command id is known. Not below `maxAge`, nor the command topics’ retention, 7 days.'),
  ledgerFormat: wholeNumber(1, 2)
    .default(1)
    .describe(
      'How entries of the ledger are written. `2` also keeps how each request was made: its form, API, template, source, class and account, by which costs are told. 0.1.0 does not know it, and waits with such commands: set it once no service of 0.1.0 runs. Both are read always.',
    ),
  maxAge: duration(second, 90 * day)
    .default(day)
    .describe(
      'A command older than it expires. WhatsApp’s customer service window is 24 h. Not above the retention of the command topics and their parked ones, which the dispatcher checks at start; after a reload it says so in its log.',
    ),
  maxWaiting: wholeNumber(1, 1_000_000)
    .default(1_000)
    .describe('Commands of one account that may wait in one partition before the account is parked.'),
  mediaTtl: duration(60 * second, 365 * day)
    .default(48 * hour)
    .describe('How long an uploaded media item is kept: Infobip’s longest validity period.'),
  mediaTtlAfterFetch: duration(second, 365 * day)
    .default(day)
    .describe('How long it is kept after the last HEAD or complete GET.'),
  mediaBudget: size(mebibyte, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe(
      'What all media may hold in Redis: three quarters those to be sent, one quarter copies of customers’; half of each is divided evenly among the tenants, the rest is for whoever comes first. Beyond it 507. Default: half of Redis’s memory limit.',
    ),
  inboundMedia: z
    .enum(['on-demand', 'at-once'])
    .default('on-demand')
    .describe(
      'When customers’ media are fetched from Infobip: at the first read, or by the media-server as soon as their message is in Kafka. They are kept for `mediaTtl`. Restart to change.',
    ),
  mediaFetch: mediaFetchSchema.describe('What `media.url` of a command may point at.'),
  console: consoleSchema
    .exactOptional()
    .describe('The operators’ console. It does not start without; the other services pass it by.'),
  logs: logsSchema,
  limits: limitsSchema,
})
