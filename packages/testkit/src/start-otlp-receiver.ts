import { once } from 'node:events'
import { createServer } from 'node:http'
import { readOtlpJson } from './otlp-json.ts'
import { readOtlpSpans } from './otlp-spans.ts'
import type { RecordedSpan, SpanStore } from './recorded-span.ts'

export interface OtlpReceiver extends SpanStore {
  /** Every export as it came, for a search of its bytes. */
  readonly received: readonly Buffer[]
  /** Paths that were asked for. */
  readonly paths: ReadonlySet<string>
}

/**
 * An OTLP/HTTP receiver in the test's own process. It stands in for Jaeger where there is none.
 *
 * @param passOnTo an OTLP endpoint that gets every export too
 */
export async function startOtlpReceiver(passOnTo?: string): Promise<OtlpReceiver> {
  const paths = new Set<string>()
  const received: Buffer[] = []
  const spans: RecordedSpan[] = []
  let read = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      const body = Buffer.concat(chunks)
      const { url: path = '', headers } = request
      paths.add(path)
      received.push(body)
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
      if (passOnTo === undefined) return
      const type = { 'content-type': headers['content-type'] ?? '' }
      fetch(passOnTo + path, { method: 'POST', headers: type, body }).catch(() => undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    received,
    paths,
    spans: async () => {
      for (; read < received.length; read++) {
        const body = received[read] ?? Buffer.alloc(0)
        // Protobuf of this message begins with the tag 0x0a, JSON with a brace.
        spans.push(...(body[0] === 0x7b ? readOtlpJson(body) : readOtlpSpans(body)))
      }
      return [...spans]
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
