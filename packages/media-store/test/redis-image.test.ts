import { test } from 'vitest'
import { exerciseStore } from './exercise-store.ts'

// Every container here is stopped by its own test; the container that would do it for them is one more to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
const { GenericContainer, getContainerRuntimeClient, ImageName, Wait } = await import('testcontainers')

test('Redis 8 keeps media', async ({ skip }) => {
  const image = 'redis:8'
  const obstacle = await getContainerRuntimeClient().then(
    async (client) =>
      (await client.image.exists(ImageName.fromString(image))) ? undefined : `no image ${image}: docker pull ${image}`,
    (error: unknown) => `no Docker: ${String(error)}`,
  )
  skip(obstacle !== undefined, obstacle)
  await using container = await new GenericContainer(image)
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
    .start()
  await exerciseStore(`redis://${container.getHost()}:${container.getMappedPort(6379)}`, /redis_version:8\./)
})
