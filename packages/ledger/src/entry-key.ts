const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * The Redis key of a send: `imc:s:<tenant>:<the messageId's 16 bytes in base64url>`. A messageId of this system is
 * always a UUID; for any other there is no key, and so no question to Redis.
 */
export function entryKey(tenant: string, messageId: string): string | undefined {
  if (!UUID.test(messageId)) return undefined
  return `imc:s:${tenant}:${Buffer.from(messageId.replaceAll('-', ''), 'hex').toString('base64url')}`
}
