/** A value as JSON, looked at leniently: what is not there, or is something else, is absent. */
export interface Json {
  text(...path: string[]): string | undefined
  number(...path: string[]): number | undefined
  texts(...path: string[]): string[]
  at(...path: string[]): unknown
}

export function jsonOf(value: unknown): Json {
  const at = (...path: string[]): unknown => {
    let found = value
    for (const name of path) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
      found = (found as Record<string, unknown>)[name] // it has just been told to be an object with that name
    }
    return found
  }
  return {
    at,
    text: (...path) => {
      const found = at(...path)
      return typeof found === 'string' && found !== '' ? found : undefined
    },
    number: (...path) => {
      const found = at(...path)
      return typeof found === 'number' ? found : undefined
    },
    texts: (...path) => {
      const found = at(...path)
      return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : []
    },
  }
}

/** The JSON of a record’s value; undefined where it is none. */
export function parseValue(value: Uint8Array | null): unknown {
  if (value === null) return undefined
  try {
    return JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString())
  } catch {
    return undefined
  }
}
