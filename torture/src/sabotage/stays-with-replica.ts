import { createRedis as createSound } from '../../../packages/redis/src/create-redis.ts'

export { secondConnection } from '../../../packages/redis/src/create-redis.ts'

/** Keeps its connection to what was the master, whatever that refuses. */
export const createRedis: typeof createSound = (...args) => {
  const client = createSound(...args)
  if ('reconnectOnError' in client.options) client.options.reconnectOnError = null
  return client
}
