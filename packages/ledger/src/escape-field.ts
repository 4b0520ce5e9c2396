/** The signs that separate fields, and the one that escapes them. */
const SIGNS: Readonly<Record<string, string>> = { '%': '%25', '|': '%7C', ',': '%2C' }
/** Outside of a request's details a comma separates nothing, and 0.1.0 does not know it as an escape. */
const OUTER = /[%|]/g
const INNER = /[%|,]/g

/** A text as part of an entry, which has its fields between bars. */
export function escapeField(text: string, { commas = false }: { commas?: boolean } = {}): string {
  return text.replace(commas ? INNER : OUTER, (sign) => SIGNS[sign] ?? sign)
}

export function unescapeField(text: string): string {
  // Nearly no field has any.
  if (!text.includes('%')) return text
  return text.replaceAll('%2C', ',').replaceAll('%7C', '|').replaceAll('%25', '%')
}
