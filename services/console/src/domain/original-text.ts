/** Infobip’s result as it stands at the end of a value: parsed and written anew, long numbers would lose digits. */
export function originalText(value: string): string | undefined {
  const { original, ...rest } = parse(value) ?? {}
  if (original === undefined) return undefined
  const head = `${JSON.stringify(rest).slice(0, -1)},"original":`
  return value.startsWith(head) ? value.slice(head.length, -1) : JSON.stringify(original)
}

/** The value without it; what is not an object comes back as it is. */
export function withoutOriginal(value: string): string {
  const parsed = parse(value)
  if (parsed === undefined) return value
  const { original: _original, ...rest } = parsed
  return JSON.stringify(rest)
}

function parse(value: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value)
    // An object that is no list: its members are looked at as unknown.
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
