import type { Config } from '@imchannel/config'
import type { ProgramName } from '@imchannel/local-stack'
import { answersOk } from './answers.ts'
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

const SERVICES = ['ingress', 'dispatcher', 'media-server'] as const

/** What the bot prints once it is a member of its group. */
const BOT_READY = /ready/

/** The project's own processes, each with the sign by which it is ready. */
export function servicePrograms({ demo, config, ports, env, say }: ServiceOptions): Supervised[] {
  const withPort = (name: keyof typeof PORT_SETTINGS): NodeJS.ProcessEnv => ({
    ...env,
    PORT: String(ports[PORT_SETTINGS[name]]),
  })
  const services = SERVICES.map((name, index) => {
    // One admin port in the configuration cannot be three processes' on one machine: the others are above it.
    const adminPort = config.adminPort === undefined ? undefined : config.adminPort + index
    const health = `http${config.tls === undefined || adminPort !== undefined ? '' : 's'}://127.0.0.1:${adminPort ?? ports[PORT_SETTINGS[name]]}/readyz`
    return nodeProgram(name, {
      say,
      env: { ...withPort(name), ADMIN_PORT: adminPort === undefined ? '' : String(adminPort) },
      isReady: () => answersOk(health),
    })
  })
  if (!demo) return services
  const emulatorUrl = `http://127.0.0.1:${ports.EMULATOR_PORT}/_emulator/messages`
  const demoPrograms: [ProgramName, NodeJS.ProcessEnv, (text: string) => Promise<ReadyState>][] = [
    [
      'emulator',
      { ...withPort('emulator'), EMULATOR_WEBHOOK_URL: `http://127.0.0.1:${ports.INGRESS_PORT}/acme/imchannel` },
      () => answersOk(emulatorUrl),
    ],
    ['echo-bot', env, saysReady],
  ]
  return [
    ...services,
    ...demoPrograms.map(([name, programEnv, isReady]) => nodeProgram(name, { say, env: programEnv, isReady })),
  ]
}

async function saysReady(printed: string): Promise<ReadyState> {
  return BOT_READY.test(printed) ? { ready: true } : { ready: false, why: 'it is no member of its consumer group yet' }
}
