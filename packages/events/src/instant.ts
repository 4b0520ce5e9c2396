/** A point in time as RFC 3339 in UTC with milliseconds (`2025-02-27T15:44:57.000Z`). */
export type Instant = string

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):\d{2}:\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-]\d{2}):?(\d{2}))$/

/** Reads an RFC 3339 date (also with an offset without colon, as Infobip writes it) into UTC; undefined where it is none. */
export function toInstant(value: unknown): Instant | undefined {
  const match = typeof value === 'string' ? rfc3339.exec(value.trim()) : null
  if (match === null) return undefined
  const [, date = '', time, fraction = '', hours, minutes = '00'] = match
  if (!isDay(date)) return undefined
  const millis = Date.parse(
    `${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`,
  )
  return Number.isNaN(millis) ? undefined : new Date(millis).toISOString()
}

/** Whether a month has the day: `Date.parse` makes the second of March of the thirtieth of February. */
function isDay(date: string): boolean {
  const millis = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(date)
}
