import { askVersion } from './ask-version.mjs'
import { findExecutables } from './find-executables.mjs'

/** @typedef {[major: number, minor: number]} Version */

/** @type {Version} The oldest that the tests have run against; embedded-redis carries it. */
export const MINIMUM_REDIS = [6, 2]

/** The platforms that the embedded-redis jar has a server for, by Node's names. */
export const EMBEDDED_REDIS = new Map([
  ['linux-x64', 'redis-server-6.2.6-v5-linux-amd64'],
  ['linux-arm64', 'redis-server-6.2.7-linux-arm64'],
  ['darwin-x64', 'redis-server-6.2.6-v5-darwin-amd64'],
  ['darwin-arm64', 'redis-server-6.2.6-v5-darwin-arm64'],
])

/**
 * The machine's Redis, or its fork Valkey.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, version: Version } | undefined}
 */
export function findRedisServer(env) {
  for (const name of ['redis-server', 'valkey-server']) {
    for (const command of findExecutables(name, env)) {
      const version = redisVersion(askVersion(command, ['--version'], env))
      if (version !== undefined && isRecent(version)) return { command, version }
    }
  }
  return undefined
}

/**
 * @param {string | undefined} text as `redis-server --version` prints it
 * @returns {Version | undefined}
 */
export function redisVersion(text) {
  const match = /v=(\d+)\.(\d+)/.exec(text ?? '')
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

/** @param {Version} version */
function isRecent([major, minor]) {
  return major > MINIMUM_REDIS[0] || (major === MINIMUM_REDIS[0] && minor >= MINIMUM_REDIS[1])
}
