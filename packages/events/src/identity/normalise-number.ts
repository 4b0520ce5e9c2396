const separators = /[\s\u00a0\u2010-\u2015().\-/]/g
const bsuid = /^[A-Z]{2}\.\S{1,147}$/

/** Whether this is a business-scoped user id (`CC.…`), which Meta gives where there is no phone number. */
export function isBsuid(value: string): boolean {
  return bsuid.test(value)
}

/**
 * A phone number as Infobip writes it: digits alone. One leading `+` or `00` and all separators are taken off. What is not a number
 * (a BSUID, an alphanumeric sender, an e-mail address) comes back as it is, trimmed.
 */
export function normaliseNumber(value: string): string {
  const trimmed = value.trim()
  if (/^[1-9]\d*$/.test(trimmed)) return trimmed
  if (isBsuid(trimmed)) return trimmed
  const digits = trimmed.replace(separators, '').replace(/^(?:\+|00)/, '')
  return /^\d+$/.test(digits) ? digits : trimmed
}
