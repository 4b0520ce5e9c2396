import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import kafkajs, { type ISocketFactory, type Kafka, type LogEntry, type logLevel, type SASLOptions } from 'kafkajs'
import { repairKafkajs } from './kafkajs-repairs.ts'
import { makeMskToken } from './msk-token.ts'
import { fetchOauthToken } from './oauth-token.ts'
import { type KafkaSasl, type KafkaSettings, type KafkaSsl, reveal } from '../settings.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Takes what the Kafka client has to say: one text, and facts such as topic, partition, broker or group. */
export type KafkaLog = (level: LogLevel, text: string, fields: Record<string, string | number | boolean>) => void

/** One identity towards one cluster. Producers, consumers and admin calls are made from it; it holds no connection itself. */
export interface KafkaClient {
  readonly clientId: string
  readonly brokers: readonly string[]
  readonly log: KafkaLog
  /** Of its consumers, as static members of their groups. */
  readonly instanceName: string | undefined
  readonly retry: Readonly<{ initialRetryTime: number; maxRetryTime: number; retries: number }>
  /** The library underneath, for this package alone. */
  readonly kafkajs: Kafka
  /** Another instance of it, which says so whenever it tries to connect. */
  readonly observed: (onActivity: () => void) => Kafka
}

export interface KafkaClientOptions {
  clientId: string
  log?: KafkaLog
  /** How often a failed request is tried again before it is given up; the default, 8, takes some 25 s. */
  retries?: number
  /** Where to connect for a broker that says it is at `host:port`: for tunnels and port forwards. */
  reach?: (host: string, port: number) => { host: string; port: number }
}

/** A broker that does not take a connection within this is tried again or passed over. kafkajs's own second is too short for TLS across regions. */
const CONNECTION_TIMEOUT_MS = 5_000
const KEEP_ALIVE_MS = 60_000
const AUTHENTICATION_TIMEOUT_MS = 10_000
/** Longer than any healthy broker takes with acks=all, and short enough that a frozen one is noticed within a webhook's patience thrice over. */
export const REQUEST_TIMEOUT_MS = 15_000
/** 0.2 + 0.4 + … capped at 5 s: gives up after some 25 s. Each caller in this package outlives that by starting anew. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 } as const

/** Makes a client; nothing is connected yet, and an absent Kafka is no error here. */
export function createKafkaClient(settings: KafkaSettings, options: KafkaClientOptions): KafkaClient {
  repairKafkajs()
  const log = options.log ?? (() => {})
  const retry = { ...RETRY, ...(options.retries === undefined ? {} : { retries: options.retries }) }
  const observed = (onActivity: () => void): Kafka =>
    new kafkajs.Kafka({
      clientId: options.clientId,
      brokers: [...settings.brokers],
      ...(settings.ssl === undefined || settings.ssl === false ? {} : { ssl: tlsOptions(settings.ssl) }),
      ...(settings.sasl === undefined ? {} : { sasl: saslOptions(settings.sasl) }),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry,
      socketFactory: createSocketFactory(options.reach, onActivity),
      logLevel: kafkajs.logLevel.INFO,
      logCreator: () => (entry) => passOn(entry, log),
    })
  const { brokers, instanceName } = settings
  return { clientId: options.clientId, brokers, instanceName, log, retry, observed, kafkajs: observed(() => {}) }
}

/** kafkajs's own factory (keep-alive against NATs that forget idle connections), with the address looked up. */
function createSocketFactory(reach: KafkaClientOptions['reach'], onAttempt: () => void): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    onAttempt()
    const to = reach?.(host, port) ?? { host, port }
    // A name, never an address, may be sent as SNI; and the certificate is the advertised name's, not the tunnel's.
    const servername = isIP(host) === 0 ? { servername: host } : {}
    // kafkajs gives no TLS options at all where none are set, whatever its declarations say.
    const socket = (ssl as ConnectionOptions | null)
      ? connectTls({ ...servername, ...ssl, ...to }, onConnect)
      : connectTcp(to, onConnect)
    return socket.setKeepAlive(true, KEEP_ALIVE_MS)
  }
}

function tlsOptions(ssl: Exclude<KafkaSsl, false>): ConnectionOptions {
  const least = { minVersion: 'TLSv1.2' } as const
  if (ssl === true) return least
  const { ca, cert, key, passphrase, servername } = ssl
  return {
    ...least,
    ...(ca === undefined ? {} : { ca: reveal(ca) }),
    ...(cert === undefined ? {} : { cert: reveal(cert) }),
    ...(key === undefined ? {} : { key: reveal(key) }),
    ...(passphrase === undefined ? {} : { passphrase: reveal(passphrase) }),
    ...(servername === undefined ? {} : { servername }),
  }
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  switch (sasl.mechanism) {
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      return { mechanism: sasl.mechanism, username: sasl.username, password: reveal(sasl.password) }
    case 'oauthbearer': {
      const token = 'token' in sasl ? () => sasl.token() : () => fetchOauthToken(sasl)
      return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await token() }) }
    }
    case 'aws-msk-iam':
      return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await makeMskToken(sasl) }) }
  }
}

/** Said by kafkajs of every idempotent producer with finite retries; the producer here is replaced instead, see producer.ts. */
const EXPECTED = 'Limiting retries for the idempotent producer'

/** An answer with an error in it is told again by whoever asked, with what follows from it; the rest is every second's business. */
const CHATTER = ['Response ', 'Pausing fetching', 'Resuming fetching', 'consumer not running']

function passOn(entry: LogEntry, log: KafkaLog): void {
  const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...rest } = entry.log
  if (message.startsWith(EXPECTED)) return
  const fields: Record<string, string | number | boolean> = { from: `kafkajs ${entry.namespace}`.trim() }
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') fields[name] = value
    else if (value instanceof Error) fields[name] = value.message
  }
  log(CHATTER.some((start) => message.startsWith(start)) ? 'debug' : levelOf(entry.level), message, fields)
}

function levelOf(level: logLevel): LogLevel {
  switch (level) {
    case kafkajs.logLevel.NOTHING:
    case kafkajs.logLevel.ERROR:
      return 'error'
    case kafkajs.logLevel.WARN:
      return 'warn'
    case kafkajs.logLevel.INFO:
      return 'info'
    case kafkajs.logLevel.DEBUG:
      return 'debug'
  }
}
