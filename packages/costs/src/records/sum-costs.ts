import type { CostRecorded } from '@imchannel/events'
import { createMoney, type Money, type MoneyTotal } from '../amounts/money.ts'
import { dayIn } from '../rules/day.ts'
import { costKey, latestCost } from './latest-cost.ts'

/** What costs can be summed by. `day` is that of the delivery. */
export const dimensions = ['tenant', 'source', 'template', 'sender', 'category', 'class', 'market', 'day'] as const
export type Dimension = (typeof dimensions)[number]

export interface CostRow {
  /** By dimension; `-` where the record does not tell. */
  readonly by: Readonly<Partial<Record<Dimension, string>>>
  readonly messages: number
  readonly billable: Readonly<Record<CostRecorded['billable'], number>>
  /** What Infobip shows. */
  readonly reported: readonly MoneyTotal[]
  /** Messages of which Infobip shows no price. */
  readonly unpriced: number
  /** What rate cards say of messages that are charged, or of which that is not known. */
  readonly estimated: readonly MoneyTotal[]
}

/** Takes records in any order, each as often as it comes, and sums what counts of each message. */
export interface CostSums {
  add(record: CostRecorded): void
  /** How many messages. */
  size(): number
  has(tenant: string, messageId: string): boolean
  rows(): CostRow[]
}

export interface SumOptions {
  readonly by: readonly Dimension[]
  /** Of the dimension `day`. */
  readonly timeZone?: string
  /** Asked of the record that counts of a message. Default all. */
  readonly isCounted?: (record: CostRecorded) => boolean
}

export function createCostSums({ by, timeZone = 'UTC', isCounted = () => true }: SumOptions): CostSums {
  const latest = new Map<string, CostRecorded>()
  return {
    add: (record) => {
      const key = costKey(record)
      const known = latest.get(key)
      latest.set(key, known === undefined ? record : latestCost(known, record))
    },
    size: () => latest.size,
    has: (tenant, messageId) => latest.has(`${tenant} ${messageId}`),
    rows: () => {
      const groups = new Map<string, Group>()
      for (const record of latest.values()) {
        if (!isCounted(record)) continue
        const values = by.map((dimension) => valueOf(record, dimension, timeZone))
        const name = JSON.stringify(values)
        const group = groups.get(name) ?? newGroup(values)
        groups.set(name, group)
        count(group, record)
      }
      return [...groups.values()].toSorted(byValues).map((group) => toRow(group, by))
    },
  }
}

interface Group {
  readonly values: readonly string[]
  messages: number
  unpriced: number
  readonly billable: Record<CostRecorded['billable'], number>
  readonly reported: Money
  readonly estimated: Money
}

function newGroup(values: readonly string[]): Group {
  return {
    values,
    messages: 0,
    unpriced: 0,
    billable: { yes: 0, no: 0, unknown: 0 },
    reported: createMoney(),
    estimated: createMoney(),
  }
}

function count(group: Group, { billable, reported, estimate }: CostRecorded): void {
  group.messages++
  group.billable[billable]++
  if (reported === undefined || !group.reported.add(reported.pricePerMessage, reported.currency)) group.unpriced++
  if (estimate !== undefined) group.estimated.add(estimate.amount, estimate.currency)
}

function toRow(group: Group, by: readonly Dimension[]): CostRow {
  const { values, messages, unpriced, billable, reported, estimated } = group
  return {
    by: Object.fromEntries(by.map((dimension, index) => [dimension, values[index] ?? '-'])),
    messages,
    billable,
    reported: reported.totals(),
    unpriced,
    estimated: estimated.totals(),
  }
}

function byValues(one: Group, other: Group): number {
  const at = one.values.findIndex((value, index) => value !== other.values[index])
  return at < 0 ? 0 : (one.values[at] ?? '').localeCompare(other.values[at] ?? '')
}

function valueOf(record: CostRecorded, dimension: Dimension, timeZone: string): string {
  if (dimension === 'day') return dayIn(timeZone, Date.parse(record.deliveredAt))
  return record[dimension === 'sender' ? 'from' : dimension] ?? '-'
}
