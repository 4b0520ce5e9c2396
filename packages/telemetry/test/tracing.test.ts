import type { IncomingHttpHeaders } from 'node:http'
import { answerWith, type LocalServer } from '@imchannel/testkit'
import { context, createTraceState, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  beginServerRequest,
  contextFrom,
  inClientSpan,
  spanContextFrom,
  startTelemetry,
  type Telemetry,
  traceparentOf,
} from '../src/index.ts'

// One process, one global set-up: the whole file runs with tracing on, sent to this receiver.
const received: Buffer[] = []
const provider: { headers: IncomingHttpHeaders[] } = { headers: [] }
let receiver: LocalServer
let called: LocalServer
let telemetry: Telemetry

function end({ status }: Response): { status: number; error: string | undefined } {
  return { status, error: status >= 400 ? String(status) : undefined }
}

beforeAll(async () => {
  receiver = await answerWith((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(chunk)).once('end', () => response.end())
  })
  called = await answerWith((request, response) => {
    provider.headers.push(request.headers)
    response.statusCode = request.url === '/fails' ? 503 : 200
    response.end('{}')
  })
  // The exporter reads the process's environment; vitest gives each file one of its own.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url
  telemetry = await startTelemetry({ service: 'test', env: process.env })
})

afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
  await called[Symbol.asyncDispose]()
})

describe('with an endpoint', () => {
  it('a server span is dated back, joins the parent found later, and sends only what is allowed', async () => {
    expect(telemetry.tracing).toBe(true)
    const parent = contextFrom('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
    const request = beginServerRequest({ method: 'POST', route: '/{tenant}/imchannel/onDeliveryReport' })
    const within = request.open({
      parent,
      attributes: { 'imchannel.tenant': 'acme', 'url.path': '/leak-of-a-path', 'imchannel.code': '351927482662' },
    })
    expect(traceparentOf(within)).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/)
    expect(traceparentOf(request.open())).toBe(traceparentOf(within))
    const child = trace.getTracer('test').startSpan('child', {}, within)
    child.recordException(new Error('leak-of-a-message'))
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'leak-of-a-status' })
    child.end()
    request.end(200)
  })

  it('one call is one client span, a child of the active one, whose trace header it gets to send', async () => {
    const { url } = called
    const outer = trace.getTracer('test').startSpan('outer')
    // What a caller of the house may have put beside the trace.
    const traceState = createTraceState('vendor=secret-of-a-vendor')
    const within = trace.setSpanContext(context.active(), { ...outer.spanContext(), traceState })
    const baggage = propagation.createBaggage({ customer: { value: 'secret-of-a-customer' } })
    await context.with(propagation.setBaggage(within, baggage), async () => {
      const send = { method: 'POST', url: `${url}/leak-of-a-path/351927482662`, template: '/omni/1/advanced' }
      await inClientSpan(send, (headers) => fetch(send.url, { method: 'POST', headers }), end)
      const read = { method: 'GET', url: `${url}/fails`, template: '/fails' }
      await inClientSpan(read, () => fetch(read.url), end)
      await expect(
        inClientSpan({ ...read, url: 'no url' }, () => Promise.reject(new TypeError('leak-of-a-message')), end),
      ).rejects.toThrow(TypeError)
    })
    outer.end()
    expect(spanContextFrom(String(provider.headers.at(0)?.['traceparent']))?.traceId).toBe(outer.spanContext().traceId)
    expect(JSON.stringify(provider.headers.at(0))).not.toMatch(/tracestate|baggage|secret-of-a/)
    expect(provider.headers.at(1)?.['traceparent']).toBeUndefined()
  })

  it('metrics are served in Prometheus’s names', async () => {
    metrics.getMeter('imchannel').createCounter('imchannel.webhooks').add(2, { kind: 'message' })
    const text = await telemetry.metricsText()
    expect(text).toContain('imchannel_webhooks_total{kind="message"} 2')
    expect(text).toMatch(/http_server_request_duration_seconds_bucket\{.*le="0.005"\}/)
    expect(text).toMatch(/process_memory_usage_bytes\{kind="resident"\} \d+/)
  })

  it('everything is sent at shutdown, without numbers, paths and messages', async () => {
    await telemetry.shutdown()
    const sent = Buffer.concat(received).toString('latin1')
    for (const name of [
      'POST /{tenant}/imchannel/onDeliveryReport',
      'POST /omni/1/advanced',
      'imchannel-test',
      'child',
      'acme',
    ])
      expect(sent).toContain(name)
    expect(sent).not.toMatch(/leak-of-|351927482662/)
    expect(sent).not.toContain('process.command')
    expect(sent.split('POST /omni/1/advanced').length - 1).toBe(1)
  })
})
