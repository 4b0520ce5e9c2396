import type { CostRow, Dimension, MoneyTotal } from '@imchannel/costs'
import { oneLine, pad } from '../session/output.ts'

const COUNTS = ['messages', 'charged', 'not charged', 'unknown'] as const

/** Rows as a table for people. Reported and estimated stand apart, each currency by itself. */
export function costTable(rows: readonly CostRow[], by: readonly Dimension[]): string[] {
  const head = [...by, ...COUNTS, 'reported', 'estimated']
  const lines = rows.map((row) => [
    ...by.map((dimension) => oneLine(row.by[dimension] ?? '-', 40)),
    ...countsOf(row).map((count) => count.toLocaleString('en')),
    moneyText(row.reported),
    moneyText(row.estimated),
  ])
  const widths = head.map((name, at) => Math.max(name.length, ...lines.map((line) => (line[at] ?? '').length)))
  return [head, ...lines].map((line) =>
    line
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Rows as CSV (RFC 4180), one line for each amount: a sum in one currency, reported or estimated. */
export function costCsv(rows: readonly CostRow[], by: readonly Dimension[]): string[] {
  const head = [...by, ...COUNTS.map((name) => name.replace(' ', '_')), 'basis', 'currency', 'amount', 'amounts']
  const lines = rows.flatMap((row) => {
    const about = [...by.map((dimension) => row.by[dimension] ?? '-'), ...countsOf(row).map(String)]
    const amounts = [
      ...row.reported.map((total) => ['reported', total] as const),
      ...row.estimated.map((total) => ['estimated', total] as const),
    ]
    if (amounts.length === 0) return [[...about, '', '', '', '']]
    return amounts.map(([basis, { currency, amount, messages }]) => [
      ...about,
      basis,
      currency,
      amount,
      String(messages),
    ])
  })
  return [head, ...lines].map((line) => line.map(csvCell).join(','))
}

function countsOf({ messages, billable }: CostRow): number[] {
  return [messages, billable.yes, billable.no, billable.unknown]
}

function moneyText(totals: readonly MoneyTotal[]): string {
  return totals.map(({ amount, currency }) => `${amount} ${currency}`).join(' + ') || '-'
}

/** A cell that begins like a formula is made a text: names come from bots, and spreadsheets run formulas. */
function csvCell(text: string): string {
  const safe = /^[=+@\t\r]|^-[^\d]/.test(text) && text !== '-' ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
