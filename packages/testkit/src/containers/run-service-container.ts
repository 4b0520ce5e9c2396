import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, isAbsolute } from 'node:path'
import type { Exit, ManagedChild, ProgramName } from '@imchannel/local-stack'
import type { WaitStrategy } from 'testcontainers'
import { composeImage } from './compose-image.ts'
import { GenericContainer, getContainerRuntimeClient, RUN_LABEL } from './testcontainers.ts'

/** Whoever starts a service asks it whether it is ready. */
const NO_WAIT: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => NO_WAIT,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 60_000,
}

/** As deployments run our images: nothing to write to, nothing allowed; on the host's network, so that addresses are those of processes. */
class ServiceContainer extends GenericContainer {
  constructor(image: string) {
    super(image)
    this.hostConfig.ReadonlyRootfs = true
    this.withNetworkMode('host')
      .withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges:true')
      .withLabels(RUN_LABEL)
      // It is over when it is over: what it said and how it ended is wanted.
      .withAutoRemove(false)
      .withWaitStrategy(NO_WAIT)
  }
}

export interface ServiceContainerOptions {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly output: (chunk: string) => void
}

/** A service from the image that `docker compose build` makes, handled as a child process is. */
export async function runServiceContainer(
  name: ProgramName,
  { args, env, output }: ServiceContainerOptions,
): Promise<ManagedChild> {
  // What the environment names by a path is there under the same path.
  const folders = new Set(
    Object.values(env)
      .filter((value) => isAbsolute(value) && existsSync(value))
      .map((path) => (statSync(path).isDirectory() ? path : dirname(path))),
  )
  const started = await new ServiceContainer(await composeImage(name))
    // On the host's network an image's own HOST would be every address of this machine.
    .withEnvironment({ HOST: '127.0.0.1', ...env })
    .withCommand([...args])
    .withBindMounts([...folders].map((folder) => ({ source: folder, target: folder, mode: 'ro' as const })))
    .withLogConsumer((stream) => stream.on('data', (chunk: Buffer) => output(chunk.toString())))
    .start()
  const client = await getContainerRuntimeClient()
  const container = client.container.getById(started.getId())
  const { State: state } = await container.inspect()
  let running = true
  const exited = container.wait().then(async ({ StatusCode: code }: { StatusCode: number }): Promise<Exit> => {
    running = false
    await container.remove({ force: true, v: true })
    return exitOf(code)
  })
  const send = async (signal: NodeJS.Signals): Promise<void> => {
    // One that has ended meanwhile takes no signal, and needs none.
    await container.kill({ signal }).catch(() => undefined)
  }
  return {
    pid: state.Pid,
    exited,
    isRunning: () => running,
    signal(signal) {
      if (running) void send(signal)
      return running
    },
    async stop(graceMs) {
      await send('SIGTERM')
      const late = setTimeout(() => void send('SIGKILL'), graceMs)
      return exited.finally(() => clearTimeout(late))
    },
    async kill() {
      await send('SIGKILL')
      return exited
    },
  }
}

/** A container's exit code as a process's: over 128 it was a signal. */
function exitOf(code: number): Exit {
  const [signal] = Object.entries(constants.signals).find(([, number]) => code === 128 + number) ?? []
  // The table's keys are the signals' names.
  return signal === undefined ? { code, signal: null } : { code: null, signal: signal as NodeJS.Signals }
}
