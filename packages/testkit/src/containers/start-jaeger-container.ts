import { jaegerSpans } from '../jaeger-spans.ts'
import type { SpanStore } from '../recorded-span.ts'
import { composeImage } from './compose-image.ts'
import { GenericContainer, RUN_LABEL, Wait } from './testcontainers.ts'

/** The Jaeger of docker-compose.yml, with its traces in memory. */
export async function startJaegerContainer(): Promise<SpanStore> {
  const container = await new GenericContainer(await composeImage('jaeger'))
    .withLabels(RUN_LABEL)
    .withExposedPorts(16_686, 4318)
    .withWaitStrategy(Wait.forHttp('/api/services', 16_686))
    .start()
  return {
    endpoint: `http://127.0.0.1:${container.getMappedPort(4318)}`,
    spans: () => jaegerSpans(`http://127.0.0.1:${container.getMappedPort(16_686)}/api`),
    [Symbol.asyncDispose]: async () => void (await container.stop()),
  }
}
