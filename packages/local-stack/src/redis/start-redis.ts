import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir } from '../cache/cache-dir.mjs'
import { localServer, type LocalServer } from '../local-server.ts'
import { freePorts } from '../process/free-ports.ts'
import { logTail } from '../process/log-tail.ts'
import { spawnManaged } from '../process/managed-child.ts'
import { untilReady } from '../process/until-ready.ts'
import { redisBinary } from '../sources/redis-binary.ts'
import { isRedisReady } from './is-redis-ready.ts'

/** Reading back an append-only file of a gigabyte takes some ten seconds. */
const START_MS = 60_000
const STOP_MS = 10_000
const PORT_TRIES = 3

export interface RedisOptions {
  /** Everything of this Redis is here: append-only file and log. A second start with the same folder goes on with its data. */
  dataDir: string
  /** A free one when left out. */
  port?: number
  /** Redis's `maxmemory`; at the limit writes are refused, nothing is ever evicted. Default 1gb. */
  maxMemory?: string
  /** Without it no command is taken. It is written where its owner alone can read it, not on the command line. */
  password?: string
  /** Further options, as on redis-server's command line. */
  args?: readonly string[]
  env?: NodeJS.ProcessEnv
  onProgress?: (line: string) => void
}

export interface LocalRedis extends LocalServer {
  /** `redis://127.0.0.1:port`, with the password if there is one. */
  readonly url: string
}

/**
 * Starts a Redis with an append-only file and no eviction, on the loopback interface, and waits until it serves.
 * It ends with this process, however that ends.
 * @throws when no Redis can be had, when the port is taken, or with the end of Redis's log when it does not start
 */
export async function startRedis(options: RedisOptions): Promise<LocalRedis> {
  const env = options.env ?? process.env
  const binary = await redisBinary({ env, cache: cacheDir(env), onProgress: options.onProgress })
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(binary, options)
    } catch (error) {
      const unlucky =
        options.port === undefined && error instanceof Error && error.message.includes('Address already in use')
      if (!unlucky || attempt === PORT_TRIES) throw error
    }
  }
}

async function start(
  binary: string,
  { dataDir, maxMemory = '1gb', password, args = [], ...options }: RedisOptions,
): Promise<LocalRedis> {
  const [freePort = 0] = await freePorts(1)
  const port = options.port ?? freePort
  const logFile = join(dataDir, 'redis.log')
  await mkdir(dataDir, { recursive: true })
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: dataDir,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    maxmemory: maxMemory,
    'maxmemory-policy': 'noeviction',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const file = password === undefined ? [] : [await passwordFile(dataDir, password)]
  const child = await spawnManaged(binary, [...file, ...flags, ...args], { output: { file: logFile } })
  await untilReady(child, {
    name: `Redis on port ${port}`,
    timeoutMs: START_MS,
    isReady: () => isRedisReady(port),
    logTail: () => logTail(logFile),
  })
  const access = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  return { ...localServer(child, { port, logFile, stopMs: STOP_MS }), url: `redis://${access}127.0.0.1:${port}` }
}

/** A configuration with the password alone. */
async function passwordFile(dataDir: string, password: string): Promise<string> {
  const file = join(dataDir, 'redis.conf')
  // Anew, so that it has these rights whatever was there.
  await rm(file, { force: true })
  await writeFile(file, `requirepass "${password.replaceAll(/["\\]/g, String.raw`\$&`)}"\n`, {
    mode: 0o600,
    flag: 'wx',
  })
  return file
}
