import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir } from '../cache/cache-dir.mjs'
import { localServer, type LocalServer } from '../local-server.ts'
import { freePorts } from '../process/free-ports.ts'
import { logTail } from '../process/log-tail.ts'
import { untilReady } from '../process/until-ready.ts'
import type { Source } from '../sources/source.ts'
import { isKafkaReady } from './is-kafka-ready.ts'
import { kafkaJvm, LOGGING, type KafkaJvm } from './kafka-jvm.ts'
import { loggingProperties } from './logging-properties.ts'
import { serverProperties, type KafkaListener } from './server-properties.ts'

/** Formatting and starting take 4 s on two idle cores; a busy machine is given 30 times that. */
const START_MS = 120_000
/** Kafka writes its state down in 1 to 2 s. */
const STOP_MS = 15_000
/** An unlucky free port is another program's by the time that Kafka opens it. */
const PORT_TRIES = 3
export interface KafkaOptions {
  /** Everything of this Kafka is here: data, settings, log. A second start with the same folder goes on with its data. */
  dataDir: string
  /** A free one when left out. */
  port?: number
  /** Heap, in MiB: 256. */
  heapMb?: number
  /** Further server properties; they win over the defaults. */
  properties?: Readonly<Record<string, string>>
  /** Further listeners beside the plain one (TLS, SASL), each on a free port. */
  listeners?: readonly KafkaListener[]
  /** Further options of the JVM, such as `-Djava.security.auth.login.config=…`. */
  jvmOptions?: readonly string[]
  env?: NodeJS.ProcessEnv
  onProgress?: (line: string) => void
}

export interface LocalKafka extends LocalServer {
  /** Addresses of the plain listener, `127.0.0.1:port`. */
  readonly brokers: string[]
  /** Addresses of the further listeners, by name. */
  readonly listeners: Readonly<Record<string, string>>
}

/**
 * Starts an Apache Kafka 4.4.0, one node with its own controller, on the loopback interface, and waits until it serves.
 * It ends with this process, however that ends.
 * @throws when Java or the jars cannot be had, when the port is taken, or with the end of Kafka's log when it does not start
 */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const env = options.env ?? process.env
  const source: Source = { env, cache: cacheDir(env), onProgress: options.onProgress }
  await mkdir(options.dataDir, { recursive: true })
  const jvm = await kafkaJvm(source, options)
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(jvm, options)
    } catch (error) {
      const unlucky =
        options.port === undefined && error instanceof Error && error.message.includes('Address already in use')
      if (!unlucky || attempt === PORT_TRIES) throw error
    }
  }
}

async function start(jvm: KafkaJvm, options: KafkaOptions): Promise<LocalKafka> {
  const { dataDir, listeners = [] } = options
  const [controllerPort = 0, freePort = 0, ...listenerPorts] = await freePorts(2 + listeners.length)
  const port = options.port ?? freePort
  const withPorts = listeners.map((listener, index) => ({ ...listener, port: listenerPorts[index] ?? 0 }))
  const files = { settings: join(dataDir, 'server.properties'), logging: join(dataDir, LOGGING) }
  const logFile = join(dataDir, 'kafka.log')
  const properties = serverProperties({ port, controllerPort, dataDir: join(dataDir, 'data'), listeners: withPorts })
  await writeFile(files.settings, toText({ ...properties, ...options.properties }))
  await writeFile(files.logging, toText(loggingProperties(logFile)))
  await format(jvm, dataDir, files.settings)
  const child = await jvm.serve([files.settings])
  await untilReady(child, {
    name: `Kafka on port ${port}`,
    timeoutMs: START_MS,
    isReady: () => isKafkaReady(port),
    logTail: async () => `${await logTail(join(dataDir, 'kafka.out'))}\n${await logTail(logFile)}`,
  })
  return {
    ...localServer(child, { port, logFile, stopMs: STOP_MS }),
    brokers: [`127.0.0.1:${port}`],
    listeners: Object.fromEntries(withPorts.map((listener) => [listener.name, `127.0.0.1:${listener.port}`])),
  }
}

/** KRaft wants its folder formatted once. A format that broke off leaves no meta.properties and is done again. */
async function format(jvm: KafkaJvm, dataDir: string, settings: string): Promise<void> {
  if (existsSync(join(dataDir, 'data', 'meta.properties'))) return
  const child = await jvm.storageTool(['format', '--cluster-id', randomClusterId(), '--config', settings])
  const { code } = await child.exited
  if (code !== 0) throw new Error(`Kafka could not format ${dataDir}:\n${await logTail(join(dataDir, 'format.out'))}`)
}

/** A Kafka Uuid: 16 bytes in base64url. The tool takes one that begins with a dash for an option. */
function randomClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? randomClusterId() : id
}

function toText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
