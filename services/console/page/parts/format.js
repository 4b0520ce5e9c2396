const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const EXACT = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const SHORT = new Intl.DateTimeFormat(undefined, {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const NUMBER = new Intl.NumberFormat(undefined)

const instant = (at) => new Date(at)

export const timeOf = (at) => TIME.format(instant(at))
export const exactTimeOf = (at) => EXACT.format(instant(at))
export const dayOf = (at) => DAY.format(instant(at))
export const shortOf = (at) => (at === undefined ? '' : SHORT.format(instant(at)))
export const countOf = (count) => NUMBER.format(count)

/** `12 ms`, `3.4 s`, `5 min`, `2 h`, `3 d`. */
export function spanOf(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return ms < 48 * 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`
}

export const plural = (count, one, many = `${one}s`) => `${countOf(count)} ${count === 1 ? one : many}`
