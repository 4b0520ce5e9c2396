/** That Infobip will take a path away: said in headers of its answers. */
export interface Deprecation {
  /** A path, or the beginning of one; `/` is every path. */
  path: string
  /** Since when it is deprecated (RFC 9745), in milliseconds. */
  deprecatedAt?: number | undefined
  /** From when it may be gone (RFC 8594). */
  sunsetAt?: number | undefined
  /** Where one reads about it. */
  link?: string | undefined
}

export interface Deprecations {
  put(deprecation: Deprecation): void
  list(): Deprecation[]
  clear(): void
  /** The headers of an answer from this path. */
  headersFor(path: string): Record<string, string>
}

export function createDeprecations(): Deprecations {
  const byPath = new Map<string, Deprecation>()
  return {
    put: (deprecation) => void byPath.set(deprecation.path, deprecation),
    list: () => [...byPath.values()],
    clear: () => byPath.clear(),
    headersFor(path) {
      if (byPath.size === 0) return {}
      const [nearest] = [...byPath.values()]
        .filter((one) => path.startsWith(one.path))
        .toSorted((a, b) => b.path.length - a.path.length)
      return nearest === undefined ? {} : headersOf(nearest)
    },
  }
}

function headersOf({ deprecatedAt, sunsetAt, link }: Deprecation): Record<string, string> {
  return {
    ...(deprecatedAt === undefined ? {} : { deprecation: `@${Math.floor(deprecatedAt / 1000)}` }),
    ...(sunsetAt === undefined ? {} : { sunset: new Date(sunsetAt).toUTCString() }),
    ...(link === undefined ? {} : { link: `<${link}>; rel="deprecation"; type="text/html"` }),
  }
}
