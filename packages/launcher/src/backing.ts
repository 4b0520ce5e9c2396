import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '@imchannel/config'
import { isKafkaReady, isRedisReady, startKafka, startRedis } from '@imchannel/local-stack'
import { takesConnections } from './answers.ts'
import { isLoopback, splitAddress } from './loopback.ts'
import type { PortName } from './ports.ts'
import type { Supervised } from './supervise.ts'

/** A Kafka or Redis: one to start here, or one that is somewhere. */
export type Backing =
  | { kind: 'start'; port: number; setting: PortName; program: Supervised; env: Record<string, string>; log: string }
  | { kind: 'use'; where: string; env: Record<string, string> }

export interface BackingOptions {
  config: Config
  /** As the user gave it: KAFKA_BROKERS, REDIS_URL, and the ports to move to. */
  env: NodeJS.ProcessEnv
  dataDir: string
  say: (line: string) => void
}

/** Kafka is started only where the configuration names a loopback address on which nothing answers. */
export async function kafkaBacking({ config, env, dataDir, say }: BackingOptions): Promise<Backing> {
  const { brokers, ssl, sasl } = config.kafka
  const given = brokers.join(',')
  const addresses = brokers.map(splitAddress)
  const isOurs = ssl === undefined && sasl === undefined && addresses.every(({ host }) => isLoopback(host))
  if (env['KAFKA_BROKERS'] || !isOurs) return { kind: 'use', where: given, env: { KAFKA_BROKERS: given } }
  const port = Number(env['KAFKA_PORT'] || addresses[0]?.port)
  const chosen = env['KAFKA_PORT'] ? `127.0.0.1:${port}` : given
  const answering = await Promise.all([{ port }, ...addresses].map(({ port }) => isKafkaReady(port)))
  if (answering.includes(true)) return { kind: 'use', where: chosen, env: { KAFKA_BROKERS: chosen } }
  const start = async (): ReturnType<Supervised['start']> => startKafka({ dataDir, port, onProgress: say })
  return {
    kind: 'start',
    port,
    setting: 'KAFKA_PORT',
    program: { name: 'Kafka', start },
    env: { KAFKA_BROKERS: chosen },
    log: `${dataDir}/kafka.log`,
  }
}

/**
 * Redis likewise; one with a password, TLS, sentinels or a cluster is somebody's own. What is started here has a password, for other
 * users of this machine reach the port as well; `redis/url` in the data folder, which its owner alone can read, has it.
 */
export async function redisBacking({ config, env, dataDir, say }: BackingOptions): Promise<Backing> {
  const given = config.redis.url === undefined ? undefined : URL.parse(config.redis.url.reveal())
  if (given === null || given === undefined)
    return { kind: 'use', where: 'the configured sentinels or cluster', env: {} }
  const isOurs = given.protocol === 'redis:' && given.password === '' && isLoopback(given.hostname)
  const where = `${given.hostname}:${given.port || '6379'}`
  const urlFile = join(dataDir, 'url')
  rmSync(urlFile, { force: true })
  if (env['REDIS_URL'] || !isOurs) return { kind: 'use', where, env: {} }
  const port = Number(env['REDIS_PORT'] || given.port || 6379)
  given.port = String(port)
  const moved = { REDIS_URL: given.href }
  // Something that is no Redis keeps the port: that is told when it is to be used.
  if ((await takesConnections('127.0.0.1', port)) && (await isRedisReady(port))) {
    return { kind: 'use', where: `127.0.0.1:${port}`, env: moved }
  }
  const password = randomBytes(24).toString('hex')
  given.password = password
  const start = async (): ReturnType<Supervised['start']> => {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(urlFile, given.href, { mode: 0o600 })
    return startRedis({ dataDir, port, password, onProgress: say })
  }
  return {
    kind: 'start',
    port,
    setting: 'REDIS_PORT',
    program: { name: 'Redis', start },
    env: { REDIS_URL: given.href },
    log: `${dataDir}/redis.log`,
  }
}
