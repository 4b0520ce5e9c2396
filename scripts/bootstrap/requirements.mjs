import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { cacheDir } from '../../packages/local-stack/src/cache/cache-dir.mjs'
import { findExecutables } from '../../packages/local-stack/src/machine/find-executables.mjs'
import { cachedJava, findJava, MINIMUM_JAVA } from '../../packages/local-stack/src/machine/java.mjs'
import { findPip } from '../../packages/local-stack/src/machine/pip.mjs'
import { EMBEDDED_REDIS, findRedisServer } from '../../packages/local-stack/src/machine/redis-server.mjs'
import { checkout } from './checkout.mjs'
import { isInstalled } from './install-workspace.mjs'
import { Refusal } from './say.mjs'

/** @typedef {{ kafka: boolean, redis: boolean }} Needs what has to be started on this machine */

const MINIMUM_NODE = 20
const DOCKER = 'Docker instead of all that: `docker compose up` brings Kafka and Redis, and npm start uses them'
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

/**
 * Looks for everything that a command will need before anything is fetched.
 * @param {Needs} needs
 * @param {NodeJS.ProcessEnv} env
 * @throws {Refusal} that names all that is missing, each with every way to get it
 */
export function requireAll(needs, env) {
  const missing = [
    ...missingNode(),
    ...missingPlatform(),
    ...missingNpm(env),
    ...missingJava(needs, env),
    ...missingRedis(needs, env),
  ]
  if (missing.length === 0) return
  throw new Refusal(
    ['IMChannel cannot be set up here. Nothing has been fetched.', ...missing, `\n${DOCKER}.`].join('\n'),
  )
}

/**
 * @param {string} what
 * @param {string[]} ways
 */
function lacking(what, ways) {
  return [`\n${what} Any one of these is enough:`, ...ways.map((way) => `  - ${way}`)].join('\n')
}

function missingNode() {
  if (Number(process.versions.node.split('.')[0]) >= MINIMUM_NODE) return []
  return [lacking(`This is Node.js ${process.versions.node}.`, [`install Node.js ${MINIMUM_NODE} or newer`])]
}

function missingPlatform() {
  const platform = `${process.platform}-${process.arch}`
  if (!PLATFORMS.includes(platform)) {
    return [lacking(`It runs on Linux and macOS, x64 or arm64, and this is ${platform}.`, ['WSL on Windows', 'Docker'])]
  }
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  if (process.platform === 'linux' && report.header.glibcVersionRuntime === undefined) {
    return [lacking('The Node 24 that it brings needs glibc, and this Linux has another C library.', ['Docker'])]
  }
  return []
}

/** @param {NodeJS.ProcessEnv} env */
function missingNpm(env) {
  if (isInstalled() || findExecutables('npm', env).length > 0) return []
  return [lacking('npm is not in the PATH, and the workspace is not installed yet.', ['install Node.js with its npm'])]
}

/**
 * @param {Needs} needs
 * @param {NodeJS.ProcessEnv} env
 */
function missingJava(needs, env) {
  if (!needs.kafka || findJava(env) || cachedJava(cacheDir(env)) || findPip(env)) return []
  return [
    lacking(`Kafka needs Java ${MINIMUM_JAVA} or newer, and there is none in JAVA_HOME or the PATH.`, [
      `install Java ${MINIMUM_JAVA} or newer, for example: apt-get install default-jre-headless · brew install openjdk`,
      "install Python's pip (pip3, pip or python3 -m pip): a Java runtime is then fetched with it",
      'set KAFKA_BROKERS to a Kafka that runs already',
    ]),
  ]
}

/**
 * @param {Needs} needs
 * @param {NodeJS.ProcessEnv} env
 */
function missingRedis(needs, env) {
  if (!needs.redis || EMBEDDED_REDIS.has(`${process.platform}-${process.arch}`) || findRedisServer(env)) return []
  return [
    lacking('There is no redis-server or valkey-server in the PATH, and none to fetch for this platform.', [
      'install Redis 6.2 or newer, or Valkey',
      'set REDIS_URL to a Redis that runs already',
    ]),
  ]
}

/**
 * What `npm start` will have to start itself, as far as that can be told before YAML can be read: the launcher decides
 * in the end. A file that this does not understand needs nothing for now.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Needs>}
 */
export async function needsOfStart(env) {
  const kafkaPort = Number(
    env.KAFKA_PORT || loopbackPort(configText(env), /brokers:[\s"'[-]*(?:127\.0\.0\.1|localhost):(\d+)/, 9092),
  )
  const ownRedis = redisPort(env)
  return {
    kafka: !env.KAFKA_BROKERS && kafkaPort > 0 && !(await answers(kafkaPort)),
    redis: !env.REDIS_URL && ownRedis > 0 && !(await answers(ownRedis)),
  }
}

/**
 * The port of this machine on which the configuration has Redis; 0 where it has it elsewhere.
 * @param {NodeJS.ProcessEnv} env
 */
export function redisPort(env) {
  const pattern = /rediss?:\/\/[^\s"']*?(?:127\.0\.0\.1|localhost):(\d+)/
  return Number(env.REDIS_PORT || loopbackPort(configText(env), pattern, 6379))
}

/** @param {NodeJS.ProcessEnv} env */
function configText(env) {
  const file = env.IMCHANNEL_CONFIG || join(checkout, 'imchannel.yaml')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/**
 * @param {string | undefined} text the configuration; without one the demo's default holds
 * @param {RegExp} pattern
 * @param {number} byDefault
 */
function loopbackPort(text, pattern, byDefault) {
  return text === undefined ? byDefault : Number(pattern.exec(text)?.[1] ?? 0)
}

/** @param {number} port */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
