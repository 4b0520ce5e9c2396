/** How a secret may look where it has no business, by name. */
export function writingsOf(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const writings: Record<string, string> = {
    plain: secret,
    url: encodeURIComponent(secret),
    'url, form': new URLSearchParams({ '': secret }).toString().slice(1),
    json: JSON.stringify(secret).slice(1, -1),
    hex,
    'hex, upper case': hex.toUpperCase(),
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
