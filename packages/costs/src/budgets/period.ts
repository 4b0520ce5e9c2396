import { dayIn, monthOf } from '../rules/day.ts'

export type PeriodKind = 'day' | 'month'

/** A day or a month, by the calendar of a time zone. */
export interface Period {
  /** `2026-12-01`, `2026-12`. */
  readonly id: string
  /** The id of the one before. */
  readonly previous: string
  /** Its first moment that is not in it any more, epoch ms. */
  readonly endsAt: number
}

const HOUR_MS = 3_600_000
/** Longer than any period: days have up to 25 hours, months up to 31 days and an hour. */
const MOST_MS = { day: 50 * HOUR_MS, month: 32 * 24 * HOUR_MS }

/** By kind and zone: the one that was asked for last, which is that of most questions. */
const latest = new Map<string, Period & { readonly from: number }>()

/**
 * The period in which a moment (epoch ms) lies.
 *
 * @throws RangeError for a time zone that is none
 */
export function periodAt(kind: PeriodKind, timeZone: string, at: number): Period {
  const name = `${kind} ${timeZone}`
  const known = latest.get(name)
  if (known !== undefined && known.from <= at && at < known.endsAt) return known
  const id = idAt(kind, timeZone, at)
  const isOver = (moment: number): boolean => idAt(kind, timeZone, moment) !== id
  // Offsets of zones change with their clocks: where a day ends is found, not reckoned.
  const period = { id, previous: previousOf(kind, id), endsAt: firstOf(at, at + MOST_MS[kind], isOver), from: at }
  latest.set(name, period)
  return period
}

function idAt(kind: PeriodKind, timeZone: string, at: number): string {
  const day = dayIn(timeZone, at)
  return kind === 'day' ? day : monthOf(day)
}

/** The first moment after `from`, and not after `to`, of which it holds, as it does of every later one. */
function firstOf(from: number, to: number, holds: (at: number) => boolean): number {
  let [without, within] = [from, to]
  while (within - without > 1) {
    const middle = Math.floor((without + within) / 2)
    if (holds(middle)) within = middle
    else without = middle
  }
  return within
}

function previousOf(kind: PeriodKind, id: string): string {
  const first = Date.parse(kind === 'day' ? `${id}T00:00:00Z` : `${id}-01T00:00:00Z`)
  const before = new Date(first - HOUR_MS).toISOString()
  return before.slice(0, id.length)
}
