/** One secret, where it was found and in which writing. */
export interface SecretLeak {
  readonly secret: string
  readonly place: string
  readonly writing: string
}

/**
 * Looks for secrets in texts: as they are, URL-encoded, escaped as in JSON, in hex, and inside base64 of any alignment,
 * so that `Basic dXNlcjpwYXNzd29yZA==` gives the password away.
 *
 * @param secrets by name
 * @param places text by where it is from
 */
export function findSecrets(
  secrets: Readonly<Record<string, string>>,
  places: Readonly<Record<string, string>>,
): SecretLeak[] {
  return Object.entries(secrets).flatMap(([secret, value]) =>
    Object.entries(writingsOf(value)).flatMap(([writing, needle]) =>
      Object.entries(places).flatMap(([place, text]) => (text.includes(needle) ? [{ secret, place, writing }] : [])),
    ),
  )
}

function writingsOf(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret)
  const writings: Record<string, string> = {
    plain: secret,
    url: encodeURIComponent(secret),
    'url, form': new URLSearchParams({ '': secret }).toString().slice(1),
    json: JSON.stringify(secret).slice(1, -1),
    hex: bytes.toString('hex'),
  }
  for (let before = 0; before < 3; before++) {
    // Characters that hold a bit of what stands before or behind are left out.
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const inner = encoded.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1)
    writings[`base64 at ${before}`] = inner
    writings[`base64url at ${before}`] = inner.replaceAll('+', '-').replaceAll('/', '_')
  }
  return writings
}
