import { type ConsentCorrection, isBsuid, normaliseNumber, toInstant } from '@imchannel/events'
import { parse } from 'csv-parse/sync'

/** What holds for lines that do not say it themselves. */
export type Defaults = Pick<ConsentCorrection, 'tenant' | 'from' | 'scope' | 'source' | 'since' | 'reason' | 'by'>

export interface ReadCsv {
  readonly corrections: readonly ConsentCorrection[]
  /** Lines that cost no other. */
  readonly bad: readonly { readonly line: number; readonly problem: string }[]
}

/** Other names of columns; capitals, blanks and underscores do not matter. */
const names: Readonly<Record<string, string>> = {
  to: 'customer',
  phone: 'customer',
  phonenumber: 'customer',
  number: 'customer',
  msisdn: 'customer',
  destination: 'customer',
  sender: 'from',
  businessnumber: 'from',
  status: 'state',
  at: 'since',
  date: 'since',
}
const COLUMNS = ['customer', 'state', 'scope', 'since', 'from', 'reason']
const states: Readonly<Record<string, ConsentCorrection['state']>> = {
  optedout: 'optedOut',
  optout: 'optedOut',
  stop: 'optedOut',
  out: 'optedOut',
  optedin: 'optedIn',
  optin: 'optedIn',
  resume: 'optedIn',
  start: 'optedIn',
  in: 'optedIn',
}

interface Row {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/**
 * Reads who opted out of CSV with or without a header. Without one, columns are `customer,state,scope,since,from,reason`; whatever a
 * line leaves out is as the defaults say, and its state opted out.
 *
 * @throws Error where the header names no customer, or the text is no CSV at all
 */
export function readCsv(text: string, defaults: Defaults): ReadCsv {
  const bad: { line: number; problem: string }[] = []
  // `as`: the parser's types do not say that `info` wraps each record.
  const rows = parse(text, {
    bom: true,
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    delimiter: [',', ';', '\t'],
    onSkip: (error) => {
      bad.push({ line: Number(error?.['lines'] ?? 0), problem: error?.message ?? 'it is no CSV' })
      return undefined
    },
  }) as unknown as Row[]
  const [first] = rows
  const header = first?.record.map(columnOf)
  const isHeader = header?.some((one) => COLUMNS.includes(one)) === true
  if (isHeader && !header.includes('customer'))
    throw new Error('the header has no column "customer" (or to, phone, number, msisdn, destination)')
  const columns = isHeader ? header : COLUMNS
  const corrections: ConsentCorrection[] = []
  for (const { record, info } of isHeader ? rows.slice(1) : rows) {
    const cells = new Map(record.map((cell, at) => [columns[at] ?? '', cell]))
    const read = readRow(cells, defaults)
    if (typeof read === 'string') bad.push({ line: info.lines, problem: read })
    else corrections.push(read)
  }
  return { corrections, bad: bad.toSorted((one, other) => one.line - other.line) }
}

function columnOf(cell: string): string {
  const plain = cell.toLowerCase().replaceAll(/[\s_-]/g, '')
  return names[plain] ?? plain
}

type Cell = (name: string) => string | undefined

/** Or what is wrong with it. */
function readRow(cells: ReadonlyMap<string, string>, defaults: Defaults): ConsentCorrection | string {
  const cell: Cell = (name) => cells.get(name) || undefined
  const { tenant, source, by } = defaults
  const customer = normaliseNumber(cell('customer') ?? '')
  if (!isBsuid(customer) && !/^\d{3,}$/.test(customer))
    return `customer: "${shown(cell('customer'))}" is neither a phone number with its country code nor a BSUID`
  const state = states[columnOf(cell('state') ?? 'optedOut')]
  if (state === undefined) return `state: "${shown(cell('state'))}" is neither optedOut nor optedIn`
  const scope = cell('scope') ?? defaults.scope
  if (scope !== 'all' && scope !== 'marketing') return `scope: "${shown(scope)}" is neither all nor marketing`
  const since = sinceOf(cell, defaults)
  if (since === undefined) return `since: "${shown(cell('since'))}" is no date as in 2025-02-28 or 2025-02-28T00:00:00Z`
  const from = businessOf(cell, defaults)
  if (from === 'none') return `from: "${shown(cell('from'))}" is no business number`
  const reason = cell('reason') ?? defaults.reason
  return { tenant, from, customer, state, scope, since, source, reason, by }
}

function sinceOf(cell: Cell, { since }: Defaults): string | undefined {
  const given = cell('since')
  return given === undefined ? since : toInstant(dateOf(given))
}

function businessOf(cell: Cell, { from }: Defaults): string | undefined {
  const given = cell('from')
  if (given === undefined) return from
  const number = normaliseNumber(given)
  return /^\d{3,}$/.test(number) ? number : 'none'
}

function dateOf(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
}

function shown(text: string | undefined): string {
  return (text ?? '').slice(0, 40)
}
