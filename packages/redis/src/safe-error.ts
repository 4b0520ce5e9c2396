/**
 * The error as it may be logged: ioredis keeps the failed command with its arguments on the error, which for AUTH and HELLO
 * is the password, and an URL that it could not use is part of some messages.
 */
export function safeError(error: unknown, secrets: readonly string[]): Error {
  const source = error instanceof Error ? error : new Error(String(error))
  const message = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), source.message)
  const safe = new Error(message)
  safe.name = source.name
  if ('code' in source && typeof source.code === 'string') Object.assign(safe, { code: source.code })
  return safe
}
