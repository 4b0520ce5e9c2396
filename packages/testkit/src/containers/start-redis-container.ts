import { composeImage } from './compose-image.ts'
import { GenericContainer, RUN_LABEL, Wait } from './testcontainers.ts'

/** The Redis of docker-compose.yml: an append-only file, and nothing is ever evicted. */
export async function startRedisContainer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const settings = ['--appendonly', 'yes', '--save', '', '--maxmemory', '1gb', '--maxmemory-policy', 'noeviction']
  const container = await new GenericContainer(await composeImage('redis'))
    .withLabels(RUN_LABEL)
    .withExposedPorts(6379)
    .withCommand(['redis-server', ...settings])
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start()
  return {
    url: `redis://127.0.0.1:${container.getMappedPort(6379)}`,
    stop: async () => void (await container.stop()),
  }
}
