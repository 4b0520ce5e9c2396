import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkout } from './checkout.mjs'
import { redisPort } from './requirements.mjs'

/**
 * The environment with the URL of the Redis that `npm start` runs, whose password only the data folder has. Where the configuration in
 * force names another one, or the environment does, nothing changes.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withLocalRedis(env) {
  const file = join(resolve(checkout, env.IMCHANNEL_DATA || '.imchannel'), 'redis', 'url')
  if (env.REDIS_URL || !existsSync(file)) return env
  const url = readFileSync(file, 'utf8')
  return Number(new URL(url).port) === redisPort(env) ? { ...env, REDIS_URL: url } : env
}
