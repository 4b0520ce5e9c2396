const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * The calendar day of a moment (epoch ms) in a time zone: `2026-10-01`. Prices change, and months begin, by the days of the
 * WhatsApp Business Account.
 *
 * @throws RangeError for a time zone that is none
 */
export function dayIn(timeZone: string, at: number): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}

/** Of a day: `2026-10`. */
export function monthOf(day: string): string {
  return day.slice(0, '2026-10'.length)
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  formats.set(timeZone, format)
  return format
}
