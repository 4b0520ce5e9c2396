import { once } from 'node:events'
import { createServer } from 'node:http'
import { imchannel } from '../contenders/imchannel.ts'
import type { Sample } from '../ratios.ts'
import { measureDispatcher } from './dispatcher-throughput.ts'
import { measureIngress } from './ingress-throughput.ts'
import type { Run } from './workload.ts'

export const tracingOff = 'tracing off'
export const tracingOn = 'every trace'

/** Ingress or dispatcher without an endpoint, with every trace sampled, and with one in ten, in turns. */
export async function measureTracing(service: 'ingress' | 'dispatcher', run: Run): Promise<Sample[]> {
  await using sink = await startSink()
  const contenders = [
    imchannel(tracingOff),
    imchannel(tracingOn, { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }),
    imchannel('one trace in ten', {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }),
  ]
  return service === 'ingress'
    ? measureIngress(run.stage, run.topics, { ...run, contenders, results: 1 })
    : measureDispatcher(run.stage, run.topics, { ...run, contenders, latencyMs: 20, commands: 10_000 })
}

/** Takes spans and forgets them: what is measured is what a service spends on them. */
async function startSink(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
