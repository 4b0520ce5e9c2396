const formats = new Map<string, Intl.DateTimeFormat>()

/** The day of a moment in a time zone: `2026-10-01`. */
export function dayIn(timeZone: string, at: number): string {
  let format = formats.get(timeZone)
  if (format === undefined) {
    // Sweden writes days as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  return format.format(at)
}

export const monthOf = (day: string): string => day.slice(0, 7)
