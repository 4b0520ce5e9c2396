import { checkout, nodeArguments, nodeEnvironment, spawnManaged, type ProgramName } from '@imchannel/local-stack'
import { PORT_SETTINGS, systemEnvironment } from './system-environment.ts'
import { readPorts } from './ports.ts'
import { Refusal } from './refusal.ts'
import { stopSignal } from './stop-signal.ts'

/** Longer than a service's own drain. */
const STOP_MS = 30_000

/** `npm run start:<service>`: one process in the foreground, its streams ours, its exit code too. */
export async function runOne(
  name: string | undefined,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (!isProgram(name)) throw new Refusal(`Which one? ${Object.keys(PORT_SETTINGS).join(', ')}`)
  const ports = readPorts(env)
  const child = await spawnManaged(process.execPath, [...nodeArguments(name), ...args], {
    cwd: checkout,
    env: {
      ...nodeEnvironment(name),
      ...systemEnvironment(env, ports),
      PORT: env['PORT'] || String(ports[PORT_SETTINGS[name]]),
    },
    output: 'inherit',
  })
  void stopSignal().then(() => child.stop(STOP_MS))
  const { code } = await child.exited
  return code ?? 1
}

function isProgram(name: string | undefined): name is keyof typeof PORT_SETTINGS & ProgramName {
  return name !== undefined && Object.hasOwn(PORT_SETTINGS, name)
}
