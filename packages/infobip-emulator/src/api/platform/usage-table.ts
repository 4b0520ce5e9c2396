import { sum, times } from '../../pricing/decimal.ts'
import type { BillingDimension, BillingUsageQuery } from '../../schemas/platform/billing-usage.ts'
import type { Usage } from '../../store/entities.ts'
import { numberOf } from '../../wire/json.ts'

type Cell = string | number | null | ReturnType<typeof numberOf>

/** What a row says in a dimension; those that a WhatsApp message does not have are null. */
const dimensions: Readonly<Record<BillingDimension, (row: Usage) => string | null>> = {
  DAY: ({ day }) => `${day}T00:00:00`,
  MONTH: ({ day }) => `${day.slice(0, 7)}-01T00:00:00`,
  APPLICATION_ID: ({ applicationId = null }) => applicationId,
  ENTITY_ID: ({ entityId = null }) => entityId,
  ACCOUNT_NAME: ({ accountId }) => accountId,
  ACCOUNT_KEY: ({ accountId }) => accountId,
  CATEGORY_CODE: () => 'WHATSAPP',
  CATEGORY_NAME: () => 'WhatsApp',
  SUBCATEGORY_CODE: () => null,
  SUBCATEGORY_NAME: () => null,
  USER_NAME: () => null,
  DIRECTION: () => 'OUTBOUND',
  // The bill knows no more of Meta's categories than this.
  TRAFFIC_TYPE: ({ category }) => category.toUpperCase(),
  SENDER: ({ sender }) => sender,
  SENDER_TYPE: () => 'WHATSAPP',
  NETWORK_NAME: () => null,
  NORM_NET_CODE: () => null,
  COUNTRY_NAME: () => null,
  COUNTRY_CODE: () => null,
  COUNTRY_PREFIX: ({ market }) => (market === '-' ? null : market),
  CAMPAIGN_ID: () => null,
  CAMPAIGN_REFERENCE: () => null,
  TEMPLATE_ID: ({ templateId = null }) => templateId,
}

const TIMES: readonly BillingDimension[] = ['DAY', 'MONTH']
const METRICS = [
  { columnName: 'UNIT_TYPE', columnDataType: 'STRING' },
  { columnName: 'UNIT_PRICE', columnDataType: 'NUMBER' },
  { columnName: 'QUANTITY', columnDataType: 'NUMBER' },
  { columnName: 'TOTAL_PER_UNIT', columnDataType: 'NUMBER' },
  { columnName: 'CURRENCY', columnDataType: 'STRING' },
] as const

export interface UsageTable {
  columns: { columnName: string; columnDataType: string }[]
  rows: Cell[][]
}

/** The bill of a period, a row for each combination of the dimensions, price and currency; amounts are exact. */
export function usageTable(all: Iterable<Usage>, { filterBy, aggregateBy }: BillingUsageQuery['request']): UsageTable {
  const groups = new Map<string, { cells: (string | null)[]; row: Usage; quantity: number }>()
  for (const row of all) {
    if (!isWanted(row, filterBy)) continue
    const cells = aggregateBy.map((name) => dimensions[name](row))
    const key = JSON.stringify([cells, row.pricePerMessage, row.currency])
    const group = groups.get(key) ?? { cells, row, quantity: 0 }
    group.quantity += row.quantity
    groups.set(key, group)
  }
  return {
    columns: [
      ...aggregateBy.map((columnName) => ({
        columnName,
        columnDataType: TIMES.includes(columnName) ? 'DATE_TIME' : 'STRING',
      })),
      ...METRICS,
    ],
    rows: [...groups.values()].map(({ cells, row: { pricePerMessage, currency }, quantity }) => [
      ...cells,
      'message',
      pricePerMessage === null ? 'N/A' : numberOf(pricePerMessage),
      quantity,
      pricePerMessage === null ? 'N/A' : numberOf(times(pricePerMessage, quantity)),
      currency,
    ]),
  }
}

function isWanted(row: Usage, filter: BillingUsageQuery['request']['filterBy']): boolean {
  const { dateInterval, accountKeys, categories, platforms, directions, campaignReferenceIds } = filter
  return (
    row.day >= dateInterval.sentSince &&
    row.day < dateInterval.sentUntil &&
    accountKeys?.includes(row.accountId) !== false &&
    categories?.includes('WHATSAPP') !== false &&
    directions?.includes('OUTBOUND') !== false &&
    (campaignReferenceIds === undefined || campaignReferenceIds.length === 0) &&
    platforms?.some(
      ({ applicationId, entityId }) =>
        (applicationId === undefined || applicationId === row.applicationId) &&
        (entityId === undefined || entityId === row.entityId),
    ) !== false
  )
}

/** What rows cost, by currency; those without a price are left out. */
export function totalsOf(rows: Iterable<Usage>): { currency: string; amount: string; messages: number }[] {
  const byCurrency = new Map<string, { amounts: string[]; messages: number }>()
  for (const { pricePerMessage, currency, quantity } of rows) {
    const group = byCurrency.get(currency) ?? { amounts: [], messages: 0 }
    if (pricePerMessage !== null) group.amounts.push(times(pricePerMessage, quantity))
    group.messages += quantity
    byCurrency.set(currency, group)
  }
  return [...byCurrency].map(([currency, { amounts, messages }]) => ({ currency, amount: sum(amounts), messages }))
}
