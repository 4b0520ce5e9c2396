import type { ProjectedRecord } from './projected-record.ts'
import { jsonOf, parseValue } from './record-value.ts'

/** Amounts are counted as whole numbers of these: no price has more digits. */
const DIGITS = 9
const AMOUNT = 'amount '
const PRICED = 'priced '

/** What a cost adds to the counts of its minute: an amount in billionths, and one message, each by currency. */
export function costCounts({ kind, value }: ProjectedRecord): (readonly [kind: string, count: number])[] {
  if (kind !== 'cost') return []
  const data = jsonOf(parseValue(value))
  const [amount, currency] = [data.text('reported', 'pricePerMessage'), data.text('reported', 'currency')]
  const [, whole, fraction = ''] = /^(\d{1,6})(?:\.(\d{1,9}))?$/.exec(amount ?? '') ?? []
  if (whole === undefined || currency === undefined) return []
  return [
    [`${AMOUNT}${currency}`, Number(`${whole}${fraction.padEnd(DIGITS, '0')}`)],
    [`${PRICED}${currency}`, 1],
  ]
}

/** The counts of many minutes as decimal amounts, by currency. */
export function costsOf(
  counts: readonly { readonly kind: string; readonly count: number }[],
): { currency: string; amount: string; messages: number }[] {
  const sums = new Map<string, bigint>()
  for (const { kind, count } of counts) sums.set(kind, (sums.get(kind) ?? 0n) + BigInt(count))
  return [...sums]
    .filter(([kind]) => kind.startsWith(AMOUNT))
    .map(([kind, sum]) => {
      const currency = kind.slice(AMOUNT.length)
      return { currency, amount: decimal(sum), messages: Number(sums.get(`${PRICED}${currency}`) ?? 0n) }
    })
}

function decimal(billionths: bigint): string {
  const text = String(billionths).padStart(DIGITS + 1, '0')
  return `${text.slice(0, -DIGITS)}.${text.slice(-DIGITS)}`.replace(/\.?0+$/, '')
}
