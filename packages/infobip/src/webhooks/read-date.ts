// Infobip's usual spelling, of a day that every month has: only its zone is to be written anew.
const common = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}\+0000$/
const spelling =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ]((?:[01]\d|2[0-3]):\d{2})(:\d{2})?(?:[.,](\d{1,9}))?)?\s*(?:[Zz]|([+-]\d{2}):?(\d{2})?)?$/

/**
 * A date in any of Infobip's spellings (`…+0000`, `…+01:00`, `…Z`, no zone meaning UTC, epoch milliseconds or seconds) as RFC 3339 in
 * UTC. Undefined where it cannot be read: that never costs the result that carries it.
 */
export function readDate(value: unknown): string | undefined {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return undefined
  if (common.test(value)) return `${value.slice(0, 23)}Z`
  const text = value.trim()
  if (/^\d{10,13}$/.test(text)) return fromEpoch(Number(text))
  const match = spelling.exec(text)
  if (match === null) return undefined
  const [, date = '', time = '00:00', seconds = ':00', fraction = '', offsetHours, offsetMinutes = '00'] = match
  if (!isDay(date)) return undefined
  const zone = offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`
  return fromMillis(Date.parse(`${date}T${time}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`))
}

/** Whether a month has the day: `Date.parse` makes the second of March of the thirtieth of February. */
function isDay(date: string): boolean {
  const millis = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(date)
}

// 1e11 seconds is the year 5138 and 1e11 milliseconds is 1973: no message is near either.
function fromEpoch(value: number): string | undefined {
  return value <= 0 ? undefined : fromMillis(value < 1e11 ? value * 1000 : value)
}

// Years 1 to 9999: RFC 3339 has no others.
function fromMillis(millis: number): string | undefined {
  return millis >= -62_135_596_800_000 && millis <= 253_402_300_799_999 ? new Date(millis).toISOString() : undefined
}
