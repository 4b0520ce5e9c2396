import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis, type RedisOptions as AllConnectionSettings } from 'ioredis'

import { LEFT, outlastNews } from './outlast-news.ts'
import type { RedisClient } from './redis-client.ts'
import { type RedisSettings, reveal } from './redis-settings.ts'
import { rejectAsUnavailable } from './reject-as-unavailable.ts'
import { safeError } from './safe-error.ts'

/** Replies keep the legacy mapping, whatever the protocol: no setting of ours. */
type ConnectionSettings = Omit<AllConnectionSettings, 'replyMapping'>

export interface RedisOptions {
  /** Shown by `CLIENT LIST`: the service and what the connection is for. */
  readonly name: string
  /**
   * How long a command may take, waiting for a connection included, before it rejects with "Command timed out". Without it
   * a command waits for as long as Redis is away: that is what the dispatcher promises.
   */
  readonly commandTimeoutMs?: number | undefined
  /** Each failed connection, without any password. */
  readonly onError: (error: Error) => void
}

/** The first pause between two attempts to connect, and the longest: back within 2 s of Redis's return. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
const CONNECT_TIMEOUT_MS = 5_000
/**
 * A server that says nothing for so long, though it was asked, is left for the next one: frozen, or gone without a word. Twice
 * the longest that a healthy one was seen to pause for (a fork, a slow disk).
 */
const SILENCE_MS = 5_000
/** How often a connection is given up at most because its server only reads: a new one may lead to the same. */
const READ_ONLY_PAUSE_MS = 1_000

/**
 * A client that is connecting already, and goes on doing so for ever; the one place for TLS, ACL, Sentinel and Cluster.
 */
export function createRedis(settings: RedisSettings, options: RedisOptions): RedisClient {
  const secrets = secretsOf(settings)
  const client = rejectAsUnavailable(outlasting(connect(settings, options)))
  client.on('error', (error: unknown) => options.onError(safeError(error, secrets)))
  return client
}

/** A second connection to where a client leads, made with the first command: for what blocks the connection that it is on. */
export function secondConnection(client: Redis): Redis {
  const second = rejectAsUnavailable(outlastNews(client.duplicate({ lazyConnect: true })))
  // The first one tells of the same trouble.
  second.on('error', () => undefined)
  client.once(LEFT, () => second.disconnect())
  return second
}

function outlasting(client: RedisClient): RedisClient {
  return client instanceof Cluster ? client : outlastNews(client)
}

function connect(settings: RedisSettings, { name, commandTimeoutMs }: RedisOptions): RedisClient {
  const common = {
    connectionName: name,
    // The name says enough; a user of Redis needs one right less.
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A command is never given up because of the connection; the caller's time limit decides.
    maxRetriesPerRequest: null,
    retryStrategy: pause,
    // Commands that were sent and not answered are sent again: scripts and single writes of ours may all be made twice.
    socketTimeout: SILENCE_MS,
    reconnectOnError: leaveReplica(),
    ...(commandTimeoutMs === undefined ? {} : { commandTimeout: commandTimeoutMs }),
    ...tlsOf(settings),
  } satisfies ConnectionSettings

  if (settings.cluster) {
    const { nodes, username, password } = settings.cluster
    const { retryStrategy, ...redisOptions } = common
    return new Cluster(
      nodes.map(({ host, port }) => ({ host, port })),
      {
        clusterRetryStrategy: retryStrategy,
        redisOptions: { ...redisOptions, ...credentials(username, password) },
        // Names of certificates are host names: an address that the cluster announces is not looked up again.
        dnsLookup: (address, callback) => callback(null, address),
      },
    )
  }
  if (settings.sentinel) {
    const { name: master, nodes, username, password, sentinelUsername, sentinelPassword, db = 0 } = settings.sentinel
    return new Redis({
      ...common,
      ...credentials(username, password),
      name: master,
      sentinels: nodes.map(({ host, port }) => ({ host, port })),
      sentinelRetryStrategy: pause,
      sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
      // A former master may freeze, or go on beside the new one where the network is split.
      failoverDetector: true,
      ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
      ...(sentinelPassword === undefined ? {} : { sentinelPassword: reveal(sentinelPassword) }),
      ...sentinelTls(common.tls),
      db,
    })
  }
  if (settings.url === undefined) throw new Error('redis: one of url, sentinel and cluster is needed')
  return new Redis({ ...common, ...addressOf(reveal(settings.url)) })
}

/** Taken apart here: given the URL itself, ioredis repeats it, password included, in what it throws. */
function addressOf(text: string): ConnectionSettings {
  const url = URL.parse(text)
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw new Error('redis: the url is not one that starts with redis:// or rediss://')
  const db = Number(url.pathname.slice(1) || 0)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    ...credentials(decodeURIComponent(url.username), decodeURIComponent(url.password)),
    ...(Number.isInteger(db) ? { db } : {}),
  }
}

function credentials(
  username: string | undefined,
  password: Parameters<typeof reveal>[0] | undefined,
): ConnectionSettings {
  return {
    ...(username === undefined || username === '' ? {} : { username }),
    ...(password === undefined || password === '' ? {} : { password: reveal(password) }),
  }
}

function tlsOf({ tls, url }: RedisSettings): { tls?: ConnectionOptions } {
  const byUrl = url !== undefined && reveal(url).startsWith('rediss:')
  if (tls === undefined || typeof tls === 'boolean') return tls || byUrl ? { tls: {} } : {}
  const { ca, cert, key, servername } = tls
  return {
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: reveal(key) }),
      ...(servername === undefined ? {} : { servername }),
    },
  }
}

function sentinelTls(tls: ConnectionOptions | undefined): ConnectionSettings {
  return tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tls }
}

/**
 * A name may lead to another server while connections stay where they are: the former master, now a replica, refuses what is to
 * be written. It is left, and the command sent again; where the next one is a replica, too, the caller is told.
 */
function leaveReplica(): (error: Error) => false | 2 {
  let leftAt = -Infinity
  return ({ message }) => {
    if (!message.includes('READONLY')) return false
    const agoMs = performance.now() - leftAt
    // What else was on its way on the connection that was just left; the next one is not there yet.
    if (agoMs < pause(1)) return 2
    if (agoMs < READ_ONLY_PAUSE_MS) return false
    leftAt = performance.now()
    return 2
  }
}

function pause(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS)
}

function secretsOf({ url, sentinel, cluster }: RedisSettings): string[] {
  const address = url === undefined ? undefined : reveal(url)
  const parsed = address === undefined ? null : URL.parse(address)
  const passwords = [sentinel?.password, sentinel?.sentinelPassword, cluster?.password].flatMap((secret) =>
    secret === undefined ? [] : [reveal(secret)],
  )
  return [address ?? '', parsed?.password ?? '', parsed ? decodeURIComponent(parsed.password) : '', ...passwords]
}
