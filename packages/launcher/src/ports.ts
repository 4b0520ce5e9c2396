import { Refusal } from './refusal.ts'

export type PortName =
  | 'INGRESS_PORT'
  | 'DISPATCHER_PORT'
  | 'MEDIA_PORT'
  | 'CONSOLE_PORT'
  | 'EMULATOR_PORT'
  | 'BREAK_PORT'
  | 'KAFKA_PORT'
  | 'REDIS_PORT'

export type Ports = Readonly<Record<PortName, number>>

const DEFAULTS: Ports = {
  INGRESS_PORT: 3001,
  DISPATCHER_PORT: 3002,
  MEDIA_PORT: 3003,
  CONSOLE_PORT: 3004,
  EMULATOR_PORT: 3010,
  BREAK_PORT: 3011,
  KAFKA_PORT: 9092,
  REDIS_PORT: 6379,
}

/** The ports of a system on this machine. @throws Refusal naming the setting that is no port */
export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const read = (name: PortName): number => {
    const text = env[name]
    if (text === undefined || text === '') return DEFAULTS[name]
    const port = Number(text)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new Refusal(`${name} is "${text}": it must be a port, 1 to 65535.`)
    }
    return port
  }
  return {
    INGRESS_PORT: read('INGRESS_PORT'),
    DISPATCHER_PORT: read('DISPATCHER_PORT'),
    MEDIA_PORT: read('MEDIA_PORT'),
    CONSOLE_PORT: read('CONSOLE_PORT'),
    EMULATOR_PORT: read('EMULATOR_PORT'),
    BREAK_PORT: read('BREAK_PORT'),
    KAFKA_PORT: read('KAFKA_PORT'),
    REDIS_PORT: read('REDIS_PORT'),
  }
}
