import { join } from 'node:path'

/**
 * The environment of package managers: whatever they keep, they keep in the cache folder.
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function clientEnvironment(cache, env) {
  // Settings of the npm that runs us (its prefix, its workspace) are not meant for the clients that we run.
  const own = Object.entries(env).filter(
    ([name]) => !/^(npm_(?!config_(registry|.*proxy|.*cafile|userconfig))|INIT_CWD)/i.test(name),
  )
  return {
    ...Object.fromEntries(own),
    npm_config_cache: join(cache, 'npm'),
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    XDG_CACHE_HOME: join(cache, 'xdg'),
    XDG_STATE_HOME: join(cache, 'xdg'),
    XDG_DATA_HOME: join(cache, 'xdg'),
    CI: 'true',
  }
}
