/** A point in time as RFC 3339 in UTC with milliseconds (`2025-02-27T15:44:57.000Z`). */
export type Instant = string

const spelling =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?)?\s*(?:([Zz])|([+-]\d{2}):?(\d{2})?)?$/

/**
 * Reads a date in any of Infobip's spellings (`…+0000`, `…+01:00`, `…Z`, no zone meaning UTC, epoch milliseconds or seconds) into
 * RFC 3339 in UTC. Undefined where it cannot be read: that never costs the message that carries it.
 */
export function toInstant(value: unknown): Instant | undefined {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^\d{10,13}$/.test(text)) return fromEpoch(Number(text))
  const match = spelling.exec(text)
  if (match === null) return undefined
  const [, date, time = '00:00', seconds = ':00', fraction = '0', , offsetHours, offsetMinutes = '00'] = match
  const zone = offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`
  return fromMillis(Date.parse(`${date}T${time}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`))
}

// 1e11 seconds is the year 5138 and 1e11 milliseconds is 1973: no message is near either.
function fromEpoch(value: number): Instant | undefined {
  return value <= 0 ? undefined : fromMillis(Math.abs(value) < 1e11 ? value * 1000 : value)
}

function fromMillis(millis: number): Instant | undefined {
  if (!Number.isFinite(millis) || millis < -62_167_219_200_000 || millis > 253_402_300_799_999) return undefined
  return new Date(millis).toISOString()
}
