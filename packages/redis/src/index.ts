export { createRedis, type RedisOptions } from './create-redis.ts'
export type { RedisClient } from './redis-client.ts'
export { type RedisSettings, type SecretText } from './redis-settings.ts'
export { safeError } from './safe-error.ts'
