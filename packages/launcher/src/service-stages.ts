import type { Config } from '@imchannel/config'
import { answersOk } from './answers.ts'
import { isLoopback, splitAddress } from './loopback.ts'
import { nodeProgram, type ReadyState } from './node-program.ts'
import type { Ports } from './ports.ts'
import type { Supervised } from './supervise.ts'
import { PORT_SETTINGS } from './system-environment.ts'

export interface ServiceOptions {
  /** With the emulator and the example bot. */
  demo: boolean
  config: Config
  ports: Ports
  env: NodeJS.ProcessEnv
  say: (line: string) => void
}

const SERVICES = ['ingress', 'dispatcher', 'media-server', 'console'] as const

/** What the bot prints once it consumes. */
const BOT_READY = /^\[echo-bot\] answering$/m

/**
 * The project's own processes in the order of their start, each with the sign by which it is ready: the bot comes last, for
 * it reads topics that the services make.
 */
export function serviceStages({ demo, config, ports, env, say }: ServiceOptions): Supervised[][] {
  const withPort = (name: keyof typeof PORT_SETTINGS): NodeJS.ProcessEnv => ({
    ...env,
    PORT: String(ports[PORT_SETTINGS[name]]),
  })
  // On a Kafka of others, another launcher's services would have the same names.
  const isOwnKafka = config.kafka.brokers.every((broker) => isLoopback(splitAddress(broker).host))
  // The console is there where somebody has said who may use it.
  const wanted = SERVICES.filter((name) => name !== 'console' || config.console !== undefined)
  const services = wanted.map((name, index) => {
    // One admin port in the configuration cannot be three processes' on one machine: the others are above it.
    const adminPort = config.adminPort === undefined ? undefined : config.adminPort + index
    const scheme = config.tls === undefined || adminPort !== undefined ? 'http' : 'https'
    return nodeProgram(name, {
      say,
      env: {
        ...withPort(name),
        ADMIN_PORT: adminPort === undefined ? '' : String(adminPort),
        KAFKA_INSTANCE_NAME: env['KAFKA_INSTANCE_NAME'] || (isOwnKafka ? `${name}-0` : ''),
      },
      isReady: () => answersOk(`${scheme}://127.0.0.1:${adminPort ?? ports[PORT_SETTINGS[name]]}/readyz`),
    })
  })
  if (!demo) return [services]
  const emulator = nodeProgram('emulator', {
    say,
    env: withPort('emulator'),
    isReady: () => answersOk(`http://127.0.0.1:${ports.EMULATOR_PORT}/_emulator/messages`),
  })
  const bot = nodeProgram('echo-bot', {
    say,
    env: { ...env, TOPIC_PREFIX: config.topics.prefix },
    isReady: saysReady,
  })
  return [[...services, emulator], [bot]]
}

async function saysReady(printed: string): Promise<ReadyState> {
  return BOT_READY.test(printed) ? { ready: true } : { ready: false, why: 'it consumes nothing yet' }
}
