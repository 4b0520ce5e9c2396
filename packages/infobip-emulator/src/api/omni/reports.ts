import { z } from 'zod'
import { omniChannels } from '../../schemas/omni-scenarios.ts'
import type { Message } from '../../store/entities.ts'
import { NO_ERROR } from '../../wire/delivery-errors.ts'
import { infobipDate, parseDate } from '../../wire/dates.ts'
import { PENDING_ENROUTE } from '../../wire/statuses.ts'
import { shownPrice } from '../../delivery/bill.ts'
import { shownTo } from '../../delivery/customers.ts'
import { defined } from '../../delivery/defined.ts'
import { deliveryResult } from '../../webhooks/report-shapes.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import type { Endpoint } from '../serve.ts'
import { violationsOf } from '../violations.ts'

const GENERAL = ['ACCEPTED', 'PENDING', 'UNDELIVERABLE', 'DELIVERED', 'EXPIRED', 'REJECTED'] as const

/** A parameter that may be given once, several times, or with commas. */
const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((one) => one.split(',')))
const limit = z
  .string()
  .regex(/^-?\d+$/, 'must be an integer')
  .transform(Number)
  .pipe(z.int().max(1000))
  .default(50)
const date = z
  .string()
  .refine((text) => parseDate(text) !== undefined, { error: 'must be a date and time' })
  .transform(parseDate)

const logsQuery = z.looseObject({
  from: z.string().optional(),
  to: z.string().optional(),
  bulkId: list.optional(),
  messageId: list.optional(),
  generalStatus: z.enum(GENERAL).optional(),
  channel: z.enum(omniChannels).optional(),
  sentSince: date.optional(),
  sentUntil: date.optional(),
  limit,
  mcc: z.string().optional(),
  mnc: z.string().optional(),
})

const reportsQuery = z.looseObject({
  bulkId: z.string().optional(),
  messageId: z.string().optional(),
  limit,
  channel: z.enum(omniChannels).optional(),
})

function parseQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  throw badRequest('Bad Request', violationsOf(parsed.error))
}

/** `GET /omni/1/logs` and `/omni/1/reports`: they know the APIs that `logsCover` names, after a lag. */
export function omniReports(world: World): Endpoint[] {
  const { behaviour } = world.settings
  const pulled = new Set<string>()

  const isKnown = (message: Message, accountId: string): boolean =>
    message.api !== 'phone' &&
    message.api !== 'business-app' &&
    behaviour.logsCover.includes(message.api) &&
    message.accountId === accountId &&
    message.at <= world.clock.now() - behaviour.logsLagMs

  return [
    {
      method: 'get',
      path: '/omni/1/logs',
      api: 'logs',
      family: 'legacy',
      ...(behaviour.logsPerMinute > 0 ? { limit: { requests: behaviour.logsPerMinute, perMs: 60_000 } } : {}),
      handle({ account, request }) {
        const query = parseQuery(logsQuery, request.query)
        const source = query.messageId === undefined ? world.store.all('message') : byIds(world, query.messageId)
        const results = []
        for (const message of source) {
          if (!isKnown(message, account.id)) continue
          if (!isAskedFor(message, query)) continue
          results.push(logOf(message))
          if (results.length >= query.limit) break
        }
        return { status: 200, body: { results } }
      },
    },
    {
      method: 'get',
      path: '/omni/1/reports',
      api: 'reports',
      family: 'legacy',
      handle({ account, request }) {
        const query = parseQuery(reportsQuery, request.query)
        const results = []
        for (const message of world.store.all('message')) {
          if (!isKnown(message, account.id) || !isReportAskedFor(message, query)) continue
          if (message.doneAt === undefined || message.status === undefined || pulled.has(message.id)) continue
          // Each report is given once, to whoever asks first.
          pulled.add(message.id)
          const customer = world.store.get('customer', message.customerId)
          if (customer === undefined) continue
          const { status, error = NO_ERROR, doneAt } = message
          const sentAt = message.sentAt ?? message.at
          const shown = shownTo(world, customer, message.sender, 'report')
          const price = shownPrice(world, message)
          results.push(deliveryResult('omni', { message, shown, status, error, sentAt, doneAt, price }))
          if (results.length >= query.limit) break
        }
        return { status: 200, body: { results } }
      },
    },
  ]

  function logOf(message: Message): Record<string, unknown> {
    const customer = world.store.get('customer', message.customerId)
    return {
      bulkId: message.bulkId ?? '',
      messageId: message.messageId,
      to: customer === undefined ? message.customerId : shownTo(world, customer, message.sender, 'report').address,
      from: message.sender,
      text: message.bubble.text ?? '',
      sentAt: infobipDate(message.sentAt ?? message.at),
      ...(message.doneAt === undefined ? {} : { doneAt: infobipDate(message.doneAt) }),
      messageCount: 1,
      ...defined({ price: shownPrice(world, message) }),
      status: message.status ?? PENDING_ENROUTE,
      channel: 'WHATSAPP',
    }
  }
}

function isAskedFor(message: Message, query: z.infer<typeof logsQuery>): boolean {
  const status = message.status ?? PENDING_ENROUTE
  const sent = message.sentAt ?? message.at
  return (
    isSame(query.from, message.sender) &&
    isSame(query.to, message.customerId) &&
    (query.bulkId === undefined || query.bulkId.includes(message.bulkId ?? '')) &&
    isSame(query.generalStatus, status.groupName) &&
    isSame(query.channel, 'WHATSAPP') &&
    (query.sentSince === undefined || sent >= query.sentSince) &&
    (query.sentUntil === undefined || sent <= query.sentUntil)
  )
}

function isReportAskedFor(message: Message, query: z.infer<typeof reportsQuery>): boolean {
  return (
    isSame(query.bulkId, message.bulkId) &&
    isSame(query.messageId, message.messageId) &&
    isSame(query.channel, 'WHATSAPP')
  )
}

function isSame(wanted: string | undefined, found: string | undefined): boolean {
  return wanted === undefined || wanted === found
}

/** By id without reading everything: reconciliation asks for a few out of many. */
function* byIds(world: World, ids: readonly string[]): Generator<Message> {
  for (const id of new Set(ids)) yield* world.store.byMessageId(id)
}
