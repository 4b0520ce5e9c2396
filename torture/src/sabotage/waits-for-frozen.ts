import { createRedis as createSound } from '../../../packages/redis/src/create-redis.ts'

export { secondConnection } from '../../../packages/redis/src/create-redis.ts'

/** Keeps its connection for as long as it is open, whatever Sentinel says of who is at its other end. */
export const createRedis: typeof createSound = (...args) => {
  const client = createSound(...args)
  if (!('socketTimeout' in client.options)) return client
  client.options.failoverDetector = false
  delete client.options.socketTimeout
  return client
}
