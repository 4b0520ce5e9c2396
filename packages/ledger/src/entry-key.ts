const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A send is asked about four times within moments, and some thousands are on their way at once. */
const MOST_RECENT = 10_000
const recent = new Map<string, string>()

/**
 * The Redis key of a send: `imc:s:<tenant>:<the messageId's 16 bytes in base64url>`. A messageId of this system is
 * always a UUID; for any other there is no key, and so no question to Redis.
 */
export function entryKey(tenant: string, messageId: string): string | undefined {
  const name = `${tenant}:${messageId}`
  const known = recent.get(name)
  if (known !== undefined) return known
  if (!UUID.test(messageId)) return undefined
  const key = `imc:s:${tenant}:${Buffer.from(messageId.replaceAll('-', ''), 'hex').toString('base64url')}`
  if (recent.size >= MOST_RECENT) recent.clear()
  recent.set(name, key)
  return key
}
