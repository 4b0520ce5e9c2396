import { AbstractStartedContainer, GenericContainer, Wait, type StartedTestContainer } from 'testcontainers'
import { connectEmulator, type RemoteEmulator } from './phone/connect.ts'
import type { EmulatorOptions } from './settings.ts'

const PORT = 3010
const CONFIG = '/etc/infobip-emulator.json'

/** The emulator's image for tests with Testcontainers (`testcontainers` is installed by whoever uses this). */
export class InfobipEmulatorContainer extends GenericContainer {
  constructor(image = 'imchannel/emulator') {
    super(image)
    this.withExposedPorts(PORT)
      .withEnvironment({ HOST: '0.0.0.0', PORT: String(PORT) })
      .withWaitStrategy(Wait.forHttp('/readyz', PORT))
  }

  /** Everything that `createEmulator` takes but for where it listens. */
  withOptions(options: Omit<EmulatorOptions, 'host' | 'port'>): this {
    return this.withCopyContentToContainer([{ content: JSON.stringify(options), target: CONFIG }]).withEnvironment({
      EMULATOR_CONFIG: CONFIG,
    })
  }

  override async start(): Promise<StartedInfobipEmulatorContainer> {
    return new StartedInfobipEmulatorContainer(await super.start())
  }
}

/** The running container, and the emulator in it. */
export class StartedInfobipEmulatorContainer extends AbstractStartedContainer {
  readonly emulator: RemoteEmulator
  constructor(container: StartedTestContainer) {
    super(container)
    this.emulator = connectEmulator(`http://${container.getHost()}:${container.getMappedPort(PORT)}`)
  }
}
