import type { Tracer } from '@opentelemetry/api'
import { type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { answerWith, startOtlpReceiver, waitUntil } from '@imchannel/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { exportSpans, type SpanBatchSettings } from '../src/exported-spans.ts'

let processor: SpanProcessor | undefined

afterEach(() => processor?.shutdown())

function tracerTo(endpoint: string, settings: SpanBatchSettings): { tracer: Tracer; lines: string[] } {
  // The exporter reads the process's environment; vitest gives each file one of its own.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint
  const lines: string[] = []
  processor = exportSpans(settings, (line) => lines.push(line))
  return { tracer: new TracerProvider({ spanProcessors: [processor] }).getTracer('test'), lines }
}

function end(tracer: Tracer, names: readonly string[]): void {
  for (const name of names) tracer.startSpan(name, { attributes: { 'imchannel.tenant': 'acme' } }).end()
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const names = (count: number, prefix = 'span'): string[] => Array.from({ length: count }, (_, at) => `${prefix} ${at}`)

describe('spans', () => {
  it('leave in batches, each span once, and what fills none after the delay', async () => {
    await using receiver = await startOtlpReceiver()
    const { tracer } = tracerTo(receiver.endpoint, { maxExportBatchSize: 10, scheduledDelayMillis: 20 })
    for (const name of names(25)) {
      end(tracer, [name])
      await turn()
    }
    await waitUntil(async () => (await receiver.spans()).length === 25)
    const spans = await receiver.spans()
    expect(spans.map(({ name }) => name)).toEqual(names(25))
    expect(spans[0]).toMatchObject({ kind: 'internal', attributes: { 'imchannel.tenant': 'acme' } })
  })

  it('that nobody takes are lost beyond the limit, which is said once, as is their end', async () => {
    let taken = 0
    let isAway = true
    await using server = await answerWith((request, response) => {
      request.resume().once('end', () => {
        // 400 is not tried again.
        response.writeHead(isAway ? 400 : 200).end()
        if (!isAway) taken++
      })
    })
    const { tracer, lines } = tracerTo(server.url, {
      maxQueueSize: 10,
      maxExportBatchSize: 5,
      scheduledDelayMillis: 5,
    })
    for (let round = 0; round < 4; round++) {
      end(tracer, names(100))
      await turn()
    }
    await waitUntil(() => lines.length === 1)
    isAway = false
    await processor?.forceFlush()
    await waitUntil(() => taken > 0 && lines.length === 2)
    expect(lines[0]).toMatch(/^spans are lost: /)
    expect(lines[1]).toMatch(/^spans are sent again; \d+ were lost$/)
  })

  it('of an endpoint that is not there hold up neither the work nor its end', async () => {
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '200'
    const { tracer, lines } = tracerTo('http://127.0.0.1:9', { scheduledDelayMillis: 5 })
    end(tracer, names(5))
    await processor?.forceFlush().catch(() => undefined)
    await waitUntil(() => lines.length > 0)
    expect(lines).toHaveLength(1)
  })
})
