import { z } from 'zod'

const url = z.url({ protocol: /^https?$/, error: 'a URL that starts with http:// or https://' })
const duration = z.int().min(0)

export const webhookAuthSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('basic'), username: z.string(), password: z.string() }),
  z.strictObject({ type: z.literal('bearer'), token: z.string() }),
  z.strictObject({ type: z.literal('header'), name: z.string(), value: z.string() }),
  z.strictObject({
    type: z.literal('hmac'),
    secret: z.string(),
    /** `X-Hub-Signature` with `SHA1=` is the legacy form, `X-Ib-Exchange-Req-Signature` with a timestamp the exchange's. */
    header: z.string().default('X-Hub-Signature'),
    algorithm: z.enum(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    prefix: z.string().default(''),
    /** Over the raw body alone, or over the timestamp of `timestampHeader` and the body without a separator. */
    base: z.enum(['body', 'timestamp+body']).default('body'),
    timestampHeader: z.string().default('X-Ib-Exchange-Req-Timestamp'),
  }),
])
export type WebhookAuth = z.infer<typeof webhookAuthSchema>

export const webhooksSchema = z.strictObject({
  /** Each kind goes to this URL and its path; `null` sends none but those that a request's notifyUrl asks for. */
  baseUrl: url.nullable().default('http://127.0.0.1:3001/acme/imchannel'),
  paths: z
    .strictObject({
      inbound: z.string().default('onMessage'),
      delivery: z.string().default('onDeliveryReport'),
      seen: z.string().default('onSeenReport'),
      other: z.string().default('webhook'),
    })
    .prefault({}),
  auth: webhookAuthSchema.default({ type: 'basic', username: 'infobip', password: 'demo-webhook-password' }),
  headers: z.record(z.string(), z.string()).default({}),
  /** Real time to wait for an answer. */
  timeoutMs: duration.default(10_000),
  /** Infobip's schedule is `1 min + 1 min * n²`; after so many tries it gives up. */
  maxRetries: z.int().min(0).default(20),
  /** Several results in one webhook: up to so many, collected for so long. */
  batch: z
    .strictObject({ maxResults: z.int().min(1).max(2000).default(1), windowMs: duration.default(0) })
    .prefault({}),
  /** Which renderer inbound messages go through. */
  inboundFormat: z.enum(['MO_OTT_CONTACT', 'MO_MESSAGES_API_JSON']).default('MO_OTT_CONTACT'),
  /** Reports in the shape of the API that sent the message, or all in one. */
  reportFormat: z.enum(['as-sent', 'omni', 'whatsapp', 'messages']).default('as-sent'),
})
export type WebhookSettings = z.infer<typeof webhooksSchema>

const senderSchema = z.strictObject({
  number: z.string().regex(/^\d{3,24}$/, 'digits alone'),
  scenarioKey: z.string().min(1).optional(),
  name: z.string().default('Demo business'),
  /** 0 is no limit. Beyond it: 429 with Retry-After. */
  messagesPerSecond: z.number().min(0).default(80),
})
export type SenderSettings = z.infer<typeof senderSchema>

const accountSchema = z.strictObject({
  id: z.string().min(1),
  apiKeys: z.array(z.string().min(1)).default([]),
  /** For `Authorization: Basic`. */
  basic: z.array(z.strictObject({ username: z.string(), password: z.string() })).default([]),
  senders: z.array(senderSchema).min(1),
  /** Requests a second to the sending paths of the account, over all senders; 0 is no limit. */
  requestsPerSecond: z.number().min(0).default(0),
  webhooks: webhooksSchema.optional(),
})
export type AccountSettings = z.infer<typeof accountSchema>

const demoAccount = {
  id: 'demo',
  apiKeys: ['demo-api-key'],
  senders: [{ number: '447860099299', scenarioKey: 'AAAAAAAAAAAAABC63903B684B3E46C5DD869', name: 'ACME Support' }],
}

const behaviourSchema = z.strictObject({
  /** From the answer to the delivery report. */
  deliverAfterMs: duration.default(300),
  /** From delivery to the seen report; `null` waits for the phone page or `POST /_emulator/seen`. */
  seenAfterMs: duration.nullable().default(700),
  /** Free-form messages more than 24 h after the customer last wrote are accepted and fail with 7010. */
  sessionWindow: z.enum(['enforced', 'off']).default('enforced'),
  sessionWindowMs: duration.default(24 * 3_600_000),
  /** A messageId that was taken before: refused with status 23, accepted again, or refused within a window. */
  duplicates: z
    .union([z.enum(['refuse', 'accept']), z.strictObject({ refuseWithinMs: z.int().min(1) })])
    .default('refuse'),
  /** `refuse` answers 400; `default` sends by the account's default scenario, as Infobip is said to do. */
  unknownScenario: z.enum(['refuse', 'default']).default('refuse'),
  /** Logs and reports know a message only after this time. */
  logsLagMs: duration.default(2_000),
  /** Which sends `/omni/1/logs` and `/omni/1/reports` know. */
  logsCover: z.array(z.enum(['omni', 'whatsapp', 'messages'])).default(['omni']),
  /** Requests a minute to `/omni/1/logs`; Infobip's own limit. 0 is none. */
  logsPerMinute: z.int().min(0).default(120),
  media: z
    .strictObject({
      fetch: z.boolean().default(true),
      timeoutMs: duration.default(15_000),
      /** Bytes beyond this are compared and counted, not kept for the page. */
      keepBytes: z
        .int()
        .min(0)
        .default(16 * 1024 * 1024),
    })
    .prefault({}),
  /** Templates that are not registered: refused by report 7009, or sent as they are. */
  templates: z.enum(['any', 'registered']).default('any'),
  price: z.strictObject({ perMessage: z.number().default(0), currency: z.string().default('EUR') }).prefault({}),
})

export const settingsSchema = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(0),
  /** Where the other side reaches the emulator: the URLs of inbound media begin with it. */
  publicUrl: url.optional(),
  seed: z.union([z.string(), z.int()]).default('infobip').transform(String),
  clock: z
    .strictObject({
      now: z.union([z.iso.datetime({ offset: true }), z.int()]).optional(),
      running: z.boolean().default(true),
    })
    .prefault({}),
  accounts: z
    .array(accountSchema)
    .min(1)
    .default(() => [accountSchema.parse(demoAccount)]),
  /** For accounts that have none of their own. */
  webhooks: webhooksSchema.prefault({}),
  behaviour: behaviourSchema.prefault({}),
  /** A link for the inspector; `{traceId}` is replaced. */
  traceLink: z.string().default('http://localhost:16686/trace/{traceId}'),
  /** Directory that keeps the state over a restart. */
  data: z.string().optional(),
  /** Directory of Infobip's OpenAPI documents; requests and own answers are then held to them too (needs `ajv`). */
  openapi: z.string().optional(),
  keep: z
    .strictObject({
      messages: z.int().min(1).default(50_000),
      requests: z.int().min(1).default(50_000),
      webhooks: z.int().min(1).default(50_000),
      /** Of media, fetched and sent; the oldest go first. */
      mediaBytes: z
        .int()
        .min(0)
        .default(256 * 1024 * 1024),
    })
    .prefault({}),
})
export type Settings = z.infer<typeof settingsSchema>
/** What `createEmulator` and the configuration file take: everything has a default. */
export type EmulatorOptions = z.input<typeof settingsSchema>

/** Raised where options or a configuration file are wrong: every problem, each with its path. */
export class InvalidOptions extends Error {
  readonly problems: readonly { path: string; problem: string }[]
  constructor(problems: readonly { path: string; problem: string }[]) {
    super(`The emulator's options are wrong: ${problems.map((one) => `${one.path}: ${one.problem}`).join('; ')}`)
    this.name = 'InvalidOptions'
    this.problems = problems
  }
}

/** @throws InvalidOptions */
export function readSettings(options: unknown): Settings {
  const parsed = settingsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  throw new InvalidOptions(
    parsed.error.issues.map((issue) => ({ path: issue.path.join('.') || '(top)', problem: issue.message })),
  )
}
