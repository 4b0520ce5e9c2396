import { z } from 'zod'
import { webhookKinds } from '../store/entities.ts'

const delayMs = z.int().min(0)

/** When a fault strikes: to which requests or messages, how often. Everything that is left out matches. */
const scope = {
  /** `send` is every sending path. */
  api: z
    .enum([
      'send',
      'omni',
      'whatsapp',
      'messages',
      'logs',
      'reports',
      'scenarios',
      'media',
      'events',
      'blocklists',
      'billing',
      'subscriptions',
      'any',
    ])
    .default('send'),
  account: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  /** Which webhooks, for the faults of webhooks. */
  kind: z.enum([...webhookKinds, 'any']).default('any'),
  /** So many times, then never again; without it, until it is removed. */
  count: z.int().min(1).optional(),
  /** Chance at each occasion, from the emulator's seed. */
  probability: z.number().min(0).max(1).default(1),
}

const taken = z.boolean()

export const faultSchema = z.discriminatedUnion('action', [
  // What a request meets.
  z.strictObject({ action: z.literal('latency'), delayMs, jitterMs: delayMs.default(0), ...scope }),
  z.strictObject({ action: z.literal('throttle'), retryAfterSeconds: z.int().min(0).default(1), ...scope }),
  z.strictObject({
    action: z.literal('status'),
    status: z.int().min(400).max(599).default(500),
    /** Whether the messages were taken all the same: what makes a 5xx ambiguous. */
    taken: taken.default(false),
    retryAfterSeconds: z.int().min(0).optional(),
    body: z.enum(['error', 'html', 'empty']).default('error'),
    ...scope,
  }),
  /** No answer, for good or for a time; the request is then answered as if nothing had been. */
  z.strictObject({ action: z.literal('hang'), taken: taken.default(true), forMs: delayMs.optional(), ...scope }),
  /** The request is taken and the connection dropped before the answer. */
  z.strictObject({ action: z.literal('drop'), taken: taken.default(true), ...scope }),
  /** The connection is closed with nothing taken. */
  z.strictObject({ action: z.literal('refuse'), ...scope }),
  /** 200 with a body that is not JSON. */
  z.strictObject({ action: z.literal('garbage'), taken: taken.default(true), ...scope }),
  /** 200 with a REJECTED status. */
  z.strictObject({ action: z.literal('reject'), statusId: z.int().default(21), ...scope }),
  z.strictObject({ action: z.literal('unknown-scenario'), ...scope }),
  // What becomes of a message that was accepted.
  z.strictObject({ action: z.literal('fail'), errorId: z.int().default(7080), ...scope }),
  z.strictObject({ action: z.literal('media-refused'), errorId: z.int().default(7013), ...scope }),
  z.strictObject({ action: z.literal('stay-pending'), ...scope }),
  z.strictObject({ action: z.literal('expire'), ...scope }),
  /** What its report says that it cost, digit by digit; `null` is no price. */
  z.strictObject({
    action: z.literal('price'),
    pricePerMessage: z
      .string()
      .regex(/^\d+(\.\d+)?([eE][+-]?\d+)?$/, 'a decimal number, in quotes')
      .nullable(),
    currency: z.string().min(1).optional(),
    ...scope,
  }),
  // What becomes of a webhook.
  z.strictObject({ action: z.literal('webhook-duplicate'), copies: z.int().min(1).max(500).default(1), ...scope }),
  z.strictObject({ action: z.literal('webhook-reorder'), withinMs: delayMs.default(2_000), ...scope }),
  z.strictObject({ action: z.literal('webhook-late'), delayMs: delayMs.default(60_000), ...scope }),
  z.strictObject({ action: z.literal('webhook-lose'), ...scope }),
])

export type Fault = z.infer<typeof faultSchema>
export type FaultInput = z.input<typeof faultSchema>
export type FaultAction = Fault['action']
export type FaultOf<A extends FaultAction> = Extract<Fault, { action: A }>

export const requestActions = [
  'latency',
  'throttle',
  'status',
  'hang',
  'drop',
  'refuse',
  'garbage',
  'reject',
  'unknown-scenario',
] as const
export const messageActions = ['fail', 'media-refused', 'stay-pending', 'expire'] as const
export const priceActions = ['price'] as const
export const webhookActions = ['webhook-duplicate', 'webhook-reorder', 'webhook-late', 'webhook-lose'] as const

export type RequestFault = FaultOf<(typeof requestActions)[number]>
