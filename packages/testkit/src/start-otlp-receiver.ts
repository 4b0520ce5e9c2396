import { once } from 'node:events'
import { createServer } from 'node:http'
import { readOtlpSpans } from './otlp-spans.ts'
import type { RecordedSpan, SpanStore } from './recorded-span.ts'

export interface OtlpReceiver extends SpanStore {
  /** Every export as it came, for a search of its bytes. */
  readonly received: readonly Buffer[]
}

/** An OTLP/HTTP receiver in the test's own process. It stands in for Jaeger where there is none. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received: Buffer[] = []
  const spans: RecordedSpan[] = []
  let read = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      received.push(Buffer.concat(chunks))
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    received,
    spans: async () => {
      for (; read < received.length; read++) spans.push(...readOtlpSpans(received[read] ?? Buffer.alloc(0)))
      return [...spans]
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
