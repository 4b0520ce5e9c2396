import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(\d+)(ms|s|m|h|d)$/

/** `30s`, `5m`, `48h`, `7d` in milliseconds. */
export function readDuration(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? []
  if (count === undefined || unit === undefined)
    throw new InvalidArgumentError('a duration is as in 30s, 5m, 48h or 7d')
  return Number(count) * (UNITS[unit] ?? 1)
}

/** A point in time, ms since 1970: RFC 3339, a date, or a duration before now (`2h`). */
export function readMoment(text: string): number {
  if (DURATION.test(text)) return Date.now() - readDuration(text)
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new InvalidArgumentError('a time is as in 2025-02-28T00:00:00Z, 2025-02-28, or 2h for two hours ago')
  return at
}

/** A rate or count above 0. */
export function readPositive(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0) throw new InvalidArgumentError('it is a number above 0')
  return value
}

export function readWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('it is a whole number')
  return Number(text)
}

/** An option that may be given several times. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** `2h 3m`, `450 ms`: how long something took, in the two largest units. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.round(ms / 3_600_000)
  return hours < 48 ? `${hours} h` : `${Math.round(ms / 86_400_000)} d`
}

/** `2025-02-28 00:00:00` in the time zone of whoever looks. */
export function timeText(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE')
}

/** `1 dead letter`, `2 dead letters`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
