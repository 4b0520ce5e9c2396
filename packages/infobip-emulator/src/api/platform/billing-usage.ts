import { dayIn, monthOf } from '../../pricing/calendar.ts'
import { billingUsageQuery, type BillingUsageQuery } from '../../schemas/platform/billing-usage.ts'
import type { AccountSettings } from '../../settings.ts'
import type { Outbox } from '../../webhooks/outbox.ts'
import { infobipDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { parseBody, type Endpoint } from '../serve.ts'
import { usageTable } from './usage-table.ts'

/** How long the query takes, by the emulator's clock. */
const READY_AFTER_MS = 1_000
/** A month is final so many days into the next. */
const FINAL_AFTER_DAYS = 5
const MONTHS_KEPT = 3

/** `POST /billing/1/usage/query`: the bill, which comes to the callback once, whether it is taken or not. */
export function billingUsage(world: World, outbox: Outbox): Endpoint {
  const { clock, random } = world
  return {
    method: 'post',
    path: '/billing/1/usage/query',
    api: 'billing',
    family: 'platform',
    limit: { requests: 30, perMs: 60_000 },
    handle({ account, body }) {
      const query = parseBody(billingUsageQuery, body)
      const problem = periodProblem(query, monthOf(dayIn('UTC', clock.now())))
      if (problem !== undefined) {
        throw badRequest('Request cannot be processed.', [
          { property: 'request.filterBy.dateInterval', violation: problem },
        ])
      }
      const requestId = random.ids.text(32, '0123456789ABCDEF')
      clock.schedule(clock.now() + READY_AFTER_MS, () =>
        outbox.send({
          accountId: account.id,
          kind: 'usage',
          url: query.callbackUrl,
          envelope: 'single',
          messageIds: [],
          customerId: '',
          once: true,
          result: resultOf(world, account, query, requestId),
        }),
      )
      return { status: 201, body: { requestId } }
    },
  }
}

function periodProblem({ request }: BillingUsageQuery, thisMonth: string): string | undefined {
  const { sentSince, sentUntil } = request.filterBy.dateInterval
  if (sentSince >= sentUntil) return 'must begin before it ends'
  const earliest = addMonths(thisMonth, 1 - MONTHS_KEPT)
  return sentSince < `${earliest}-01` ? 'must be within the current month and the two before it' : undefined
}

function resultOf(
  world: World,
  account: AccountSettings,
  { request }: BillingUsageQuery,
  requestId: string,
): Record<string, unknown> {
  const { sentSince, sentUntil } = request.filterBy.dateInterval
  const today = dayIn('UTC', world.clock.now())
  const isFinal = (month: string): boolean =>
    today >= `${addMonths(month, 1)}-${String(FINAL_AFTER_DAYS + 1).padStart(2, '0')}`
  const onlyFinal = request.options?.includeUnfinalizedData === false
  const rows = [...world.store.all('usage')].filter(
    (row) => row.accountId === account.id && (!onlyFinal || isFinal(monthOf(row.day))),
  )
  const table = usageTable(rows, request)
  const period = { sentSince: dateTime(sentSince), sentUntil: dateTime(sentUntil) }
  return {
    requestId,
    status: 'SUCCESS',
    response: { requestedPeriod: period, totalRows: table.rows.length, ...table },
    metadata: {
      clientRequestedPeriod: period,
      billingPeriods: monthsOf(sentSince, sentUntil).map((month) => ({ month, volumeFinalized: isFinal(month) })),
    },
  }
}

const dateTime = (day: string): string => infobipDate(Date.parse(`${day}T00:00:00Z`))

function addMonths(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7)
}

/** The months that a period touches; its end is not in it. */
function monthsOf(since: string, until: string): string[] {
  const months = []
  for (let month = monthOf(since); `${month}-01` < until; month = addMonths(month, 1)) months.push(month)
  return months
}
