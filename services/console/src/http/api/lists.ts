import { z } from 'zod'
import { instant, named, opaqueId } from './schemas.ts'

export const problems = named(
  'Problems',
  z.object({
    from: instant,
    to: instant,
    bucketMs: z.int().describe('Width of a bar of `histogram`'),
    problems: z
      .array(
        z.object({
          code: z.string(),
          kind: z.enum(['rejected', 'expired', 'failed', 'unrecognised']).describe('`failed` is a report of Infobip'),
          tenant: z.string(),
          sender: z.string().optional().describe('The business number, masked'),
          template: z.string().optional(),
          count: z.int(),
          firstAt: instant,
          lastAt: instant,
          reason: z.string().describe('Of the latest one, masked'),
          example: z.object({ record: opaqueId, conversation: opaqueId.optional(), message: opaqueId.optional() }),
          histogram: z.array(z.int()),
        }),
      )
      .describe('The most frequent first'),
  }),
)
export type Problems = z.infer<typeof problems>

export const deadLetters = named(
  'DeadLetters',
  z.object({
    total: z.int(),
    codes: z.array(z.object({ code: z.string(), tenant: z.string(), count: z.int() })),
    letters: z.array(
      z.object({
        id: opaqueId,
        at: instant,
        tenant: z.string(),
        code: z.string(),
        gate: z.string().optional(),
        reason: z.string(),
        attempts: z.int(),
        commandId: z.string().optional(),
        business: z.string().optional(),
        customer: z.string().optional(),
        conversation: opaqueId.optional(),
        mayReplay: z.boolean().describe('By the asker’s role'),
        replay: z
          .object({
            state: z.enum(['requested', 'replayed', 'left']),
            at: instant,
            by: z.string(),
            reason: z.string().optional().describe('Why it was left where it is'),
          })
          .optional(),
      }),
    ),
    before: z.string().optional(),
  }),
)
export type DeadLetters = z.infer<typeof deadLetters>

export const replayed = named(
  'Replayed',
  z.object({
    state: z.enum(['requested', 'replayed', 'left']).describe('`requested`: another request is at it'),
    reason: z.string().optional(),
  }),
)
export type Replayed = z.infer<typeof replayed>

export const replayRequest = named(
  'ReplayRequest',
  z.strictObject({
    tenant: z.string().optional(),
    code: z.string().optional().describe('Without one, letters of a gate and `outcome_unknown` are left out'),
    since: instant.optional(),
    until: instant.optional(),
    confirm: z
      .int()
      .optional()
      .describe('The `count` of the answer before: only then anything is written. Another count is 409'),
  }),
)

export const replayResult = named(
  'ReplayResult',
  z.object({
    count: z.int().describe('Letters that would be, or were, replayed'),
    written: z.boolean(),
    left: z.array(z.object({ reason: z.string(), count: z.int() })),
  }),
)

export const unrecognised = named(
  'Unrecognised',
  z.object({
    total: z.int(),
    webhooks: z.array(
      z.object({ id: opaqueId, at: instant, tenant: z.string(), code: z.string(), reason: z.string() }),
    ),
    before: z.string().optional(),
  }),
)

export const parked = named(
  'Parked',
  z.object({
    topics: z.array(
      z.object({
        topic: z.string(),
        tenant: z.string(),
        waiting: z.int().describe('Commands behind what the dispatcher has finished'),
        oldestAt: instant.optional().describe('When the first of them was written'),
        senders: z
          .array(z.object({ sender: z.string(), reason: z.string(), since: instant }))
          .describe('Why, as their latest rejected attempts tell'),
      }),
    ),
  }),
)

const series = z.array(z.int())

export const overview = named(
  'Overview',
  z.object({
    from: instant,
    to: instant,
    bucketMs: z.int(),
    received: series.describe('Messages of customers'),
    commands: series,
    accepted: series,
    delivered: series,
    failed: series.describe('Rejected, expired, and reported as failed'),
    acceptedAfterMs: z
      .object({ p50: z.number(), p95: z.number(), count: z.int() })
      .optional()
      .describe('From the command’s record to `accepted`, of the latest ones'),
    deadLetters: z.int(),
    unrecognised: z.int(),
    costs: z
      .array(z.object({ currency: z.string(), amount: z.string(), messages: z.int() }))
      .describe('Reported prices of messages that arrived, by currency; never added across'),
  }),
)
export type Overview = z.infer<typeof overview>

export const audit = named(
  'Audit',
  z.object({
    entries: z.array(
      z.object({
        id: opaqueId,
        at: instant,
        by: z.string(),
        action: z.string().describe('reveal, replay, …'),
        tenant: z.string(),
        outcome: z.string(),
        detail: z.string().optional(),
      }),
    ),
    before: z.string().optional(),
  }),
)

/** `data:` of each event of `GET /v1/live`. */
export const liveChange = named(
  'LiveChange',
  z.object({
    at: instant,
    conversations: z.array(opaqueId).describe('In which something was added'),
    problems: z.boolean(),
    deadLetters: z.boolean(),
    unrecognised: z.boolean(),
    audit: z.boolean(),
  }),
)
export type LiveChange = z.infer<typeof liveChange>
