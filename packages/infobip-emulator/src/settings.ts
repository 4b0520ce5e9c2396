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
  /** The WhatsApp Business Account, whose templates it has; one for each account of the emulator unless given. */
  businessAccountId: z.int().min(1).optional(),
  /** Meta's business portfolio: user ids and the messaging limit are its. The account unless given. */
  portfolio: z.string().min(1).optional(),
  /** Words that put a customer on Infobip's blocklist, or take one off it. */
  keywords: z
    .strictObject({
      stop: z.array(z.string()).default([]),
      start: z.array(z.string()).default([]),
      /** Blocks this number's messages, or those of any sender. */
      scope: z.enum(['sender', 'any']).default('sender'),
      /** Whether the word itself is passed on as a message. */
      forward: z.boolean().default(true),
    })
    .optional(),
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
  /** Of the WhatsApp Business Account: its days and months are those of the bill. */
  timeZone: z.string().refine(isTimeZone, { error: 'a time zone such as Europe/Lisbon' }).default('UTC'),
  webhooks: webhooksSchema.optional(),
})
export type AccountSettings = z.infer<typeof accountSchema>

const demoAccount = {
  id: 'demo',
  apiKeys: ['demo-api-key'],
  senders: [{ number: '447860099299', scenarioKey: 'AAAAAAAAAAAAABC63903B684B3E46C5DD869', name: 'ACME Support' }],
}

const decimal = z.string().regex(/^\d+(\.\d+)?([eE][+-]?\d+)?$/, 'a decimal number, in quotes')
const day = z.iso.date('a day such as 2026-10-01')

/** What a delivered message costs; the emulator has an example of its own, in a currency that is none. */
export const rateCardSchema = z.strictObject({
  currency: z.string().min(1),
  rates: z
    .array(
      z.strictObject({
        /** By the first day, in the account's time zone, on which it counts. */
        validFrom: day,
        /** The first digits of the customer's number, the longest that fit; `*` is everybody else. */
        market: z.string().regex(/^(\d{1,15}|\*)$/, 'digits, or *'),
        marketing: decimal,
        utility: decimal,
        authentication: decimal,
        service: decimal,
      }),
    )
    .min(1),
})
export type RateCard = z.infer<typeof rateCardSchema>

/** What is left open here is what `rules` says. */
const behaviourInput = z.strictObject({
  /**
   * `lenient` judges by what was done in the emulator alone: who never opted out, was never blocked and never capped gets everything.
   * `strict` adds what WhatsApp holds against everybody: templates must be registered, an identity confirmed, marketing is capped,
   * customers have user ids, and messages cost what the price rules say.
   */
  rules: z.enum(['lenient', 'strict']).default('lenient'),
  /** From the answer to the delivery report. */
  deliverAfterMs: duration.default(300),
  /** From delivery to the seen report; `null` waits for the phone page or `POST /_emulator/seen`. */
  seenAfterMs: duration.nullable().default(700),
  /** Free-form messages more than 24 h after the customer last wrote or called are accepted and fail with 7010. */
  sessionWindow: z.enum(['enforced', 'off']).default('enforced'),
  sessionWindowMs: duration.default(24 * 3_600_000),
  /** No document says whether a reaction opens the window. */
  reactionsOpenWindow: z.boolean().default(false),
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
  /** Templates that are not registered: refused by report 7009, or sent as they are. Registered ones are always held to their definition. */
  templates: z.enum(['any', 'registered']).optional(),
  /** From a template's submission to its review; `null` leaves that to the page and the control paths. */
  templateReviewMs: duration.nullable().default(1_000),
  /** So long after its approval a marketing template fails with 7036. */
  templateSyncMs: duration.default(0),
  /** Whether messages fail with 7029 until a changed identity is confirmed. */
  identityCheck: z.enum(['off', 'enforced']).optional(),
  /** Marketing templates a customer gets in 24 h, from all numbers together, before 7032; `null` is no limit. */
  marketingPerDay: z.int().min(0).nullable().optional(),
  /** Whether a blocklisted customer's message is refused by report, or in the answer already. */
  blocklist: z.enum(['report', 'answer']).default('report'),
  /** Whether customers have a user id that nobody gave them. */
  userIds: z.enum(['given', 'always']).optional(),
  /** `flat` puts `price` on every report, `rules` what category, window and date make of `rates`. */
  pricing: z.enum(['flat', 'rules']).optional(),
  price: z
    .strictObject({
      /** In quotes its digits go out as they stand: `"0.021000"`. */
      perMessage: z.union([z.number().min(0), decimal]).default(0),
      currency: z.string().default('EUR'),
    })
    .prefault({}),
  rates: rateCardSchema.optional(),
})

const RULES = {
  lenient: { templates: 'any', identityCheck: 'off', marketingPerDay: null, userIds: 'given', pricing: 'flat' },
  strict: {
    templates: 'registered',
    identityCheck: 'enforced',
    marketingPerDay: 2,
    userIds: 'always',
    pricing: 'rules',
  },
} as const

const behaviourSchema = behaviourInput.transform((given) => {
  const byRules = RULES[given.rules]
  return {
    ...given,
    templates: given.templates ?? byRules.templates,
    identityCheck: given.identityCheck ?? byRules.identityCheck,
    marketingPerDay: given.marketingPerDay === undefined ? byRules.marketingPerDay : given.marketingPerDay,
    userIds: given.userIds ?? byRules.userIds,
    pricing: given.pricing ?? byRules.pricing,
  }
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

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

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
