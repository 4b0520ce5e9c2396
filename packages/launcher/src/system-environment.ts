import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkout, type ProgramName } from '@imchannel/local-stack'
import type { PortName, Ports } from './ports.ts'

export const DEMO_CONFIG = join(checkout, 'infra', 'demo', 'imchannel.yaml')

/** The port of each program that has one, by the setting that moves it. */
export const PORT_SETTINGS = {
  ingress: 'INGRESS_PORT',
  dispatcher: 'DISPATCHER_PORT',
  'media-server': 'MEDIA_PORT',
  console: 'CONSOLE_PORT',
  emulator: 'EMULATOR_PORT',
} as const satisfies Partial<Record<ProgramName, PortName>>

/** The configuration file in force: IMCHANNEL_CONFIG, else `imchannel.yaml` in the checkout, else the demo's. */
export function configFile(env: NodeJS.ProcessEnv): string {
  if (env['IMCHANNEL_CONFIG']) return resolve(env['IMCHANNEL_CONFIG'])
  const own = join(checkout, 'imchannel.yaml')
  return existsSync(own) ? own : DEMO_CONFIG
}

/** Where Kafka, Redis and the console keep what they have. */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  return resolve(checkout, env['IMCHANNEL_DATA'] || '.imchannel')
}

/** What every program of the system gets: where each is, also for `${NAME}` in the configuration. */
export function systemEnvironment(env: NodeJS.ProcessEnv, ports: Ports): NodeJS.ProcessEnv {
  const texts = Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]))
  return {
    EMULATOR_URL: `http://127.0.0.1:${ports.EMULATOR_PORT}`,
    EMULATOR_WEBHOOK_URL: `http://127.0.0.1:${ports.INGRESS_PORT}/acme/imchannel`,
    ...env,
    ...texts,
    IMCHANNEL_DATA: dataFolder(env),
    IMCHANNEL_CONFIG: configFile(env),
  }
}
