import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The one folder outside the checkout that is written to: downloads alone, safe to delete.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} [platform]
 */
export function cacheDir(env, platform = process.platform) {
  if (env.IMCHANNEL_CACHE) return resolve(env.IMCHANNEL_CACHE)
  const home = env.HOME || homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'imchannel')
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'imchannel')
}
