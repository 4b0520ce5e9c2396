/** Spaces, dashes, and what nobody sees but a page or an address book puts around a number: marks of direction, joiners, soft hyphens. */
const separators = /[\s\p{Cf}\p{Pd}\u2212\u00b7().,/]/gu
const international = /^\(?\+?(?:00)*/
/** `44(0)20…`: dialled at home, and no part of the number but in Italy. */
const trunkZero = /^(?!39)(\d+\)?)\(0\)/

const bsuid = /^[A-Z]{2}\.\S{1,147}$/

/** Whether this is a business-scoped user id (`CC.…`), which Meta gives where there is no phone number. */
export function isBsuid(value: string): boolean {
  return bsuid.test(value)
}

/** Whether a business-scoped user id is that of the parent (`CC.ENT.…`), which several linked portfolios share. */
export function isParentUserId(value: string): boolean {
  return /^[A-Z]{2}\.ENT\./.test(value)
}

/**
 * A phone number as Infobip writes it: digits alone, whatever a person pasted: separators of any script, invisible marks, digits of
 * full width or of another script, `(0)`, `tel:`. One leading `+` or `00` is taken off. What is not a number (a BSUID, an alphanumeric
 * sender, an e-mail address) comes back as it is, trimmed.
 */
export function normaliseNumber(value: string): string {
  const trimmed = value.trim()
  if (/^[1-9]\d*$/.test(trimmed)) return trimmed
  if (isBsuid(trimmed)) return trimmed
  const written = asciiDigits(trimmed.normalize('NFKC')).replace(/^[\s\p{Cf}]*(?:tel|whatsapp):/iu, '')
  const digits = written
    .replace(separators, (mark) => (mark === '(' || mark === ')' ? mark : ''))
    .replace(international, '')
    .replace(trunkZero, '$1')
    .replaceAll(/[()]/g, '')
    // Once more: what stood before it may have been a bracket.
    .replace(/^(?:00)+/, '')
  return /^\d+$/.test(digits) ? digits : trimmed
}

function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => String(valueOf(digit.codePointAt(0) ?? 0)))
}

/** Each script has its ten digits in a row, and something else before them. */
function valueOf(codePoint: number): number {
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value++
  return value
}
