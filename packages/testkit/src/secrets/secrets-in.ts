/** Members of the services' and the emulator's configurations whose strings are secrets. */
const holders = new Set(
  'apiKey apiKeys mediaTokens mediaSecrets forgetSecret password sentinelPassword token secret value clientSecret passphrase'.split(
    ' ',
  ),
)
/** Shorter ones stand in other words by chance. */
const SHORTEST = 8

/** Every secret of a configuration, by its path in it; passwords of URLs too. */
export function secretsIn(config: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  const visit = (value: unknown, path: readonly string[], held: boolean): void => {
    if (typeof value === 'string') {
      const secret = held ? value : passwordOf(value)
      if (secret.length >= SHORTEST) found[path.join('.')] = secret
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => visit(item, [...path, String(index)], held))
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(member, [...path, name], holders.has(name))
    }
  }
  visit(config, [], false)
  return found
}

function passwordOf(text: string): string {
  return text.includes('://') ? decodeURIComponent(URL.parse(text)?.password ?? '') : ''
}
