/** The country codes of two digits and of one; all others have three. */
const SHORT = /^(1|7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

/** The country code that a number begins with; `-` where there is no number. */
export function marketOf(number: string): string {
  return SHORT.exec(number)?.[1] ?? (number.slice(0, 3) || '-')
}
