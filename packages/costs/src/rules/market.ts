/** Country codes of one digit, and of two; each other has three (ITU-T E.164). */
const ONE_DIGIT = new Set('17')
const TWO_DIGITS = new Set(
  [
    '20 27',
    '30 31 32 33 34 36 39',
    '40 41 43 44 45 46 47 48 49',
    '51 52 53 54 55 56 57 58',
    '60 61 62 63 64 65 66',
    '81 82 84 86',
    '90 91 92 93 94 95 98',
  ].flatMap((zone) => zone.split(' ')),
)

/** The country code that a phone number begins with, by which Meta's prices differ; `-` for a BSUID, and for nothing. */
export function marketOf(number: string | undefined): string {
  if (number === undefined || !/^\d{4,15}$/.test(number)) return '-'
  if (ONE_DIGIT.has(number.slice(0, 1))) return number.slice(0, 1)
  return number.slice(0, TWO_DIGITS.has(number.slice(0, 2)) ? 2 : 3)
}
