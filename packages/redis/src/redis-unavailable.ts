/**
 * Redis did not do what it was asked: it is away, too slow, full, read-only or failing over. It passes, and is no bug of the
 * caller's. The one class of error that clients of `createRedis` reject with; the message is the server's or ioredis's own.
 */
export class RedisUnavailable extends Error {
  override name = 'RedisUnavailable'

  /** Without a `cause`: ioredis keeps the failed command on its errors, with all arguments. */
  static from(error: unknown): RedisUnavailable {
    if (error instanceof RedisUnavailable) return error
    return new RedisUnavailable(error instanceof Error ? error.message : String(error))
  }
}
