import { messageIdOf } from '@imchannel/events'
import { createLedger, newOwner } from '@imchannel/ledger'
import { createRedis } from '@imchannel/redis'
import { testStack, uniqueName } from '@imchannel/testkit'
import { SpanKind } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerOf, readTopics, type TopicReader } from './support/read-topics.ts'
import { sender, startIngress, type TestIngress } from './support/start-ingress.ts'
import { deliveryReport, post, seenReport, textMessage, webhookOf } from './support/webhooks.ts'

const prefix = uniqueName('ingress')
const spans = new InMemorySpanExporter()
const sdk = new NodeSDK({
  spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  metricReaders: [],
  logRecordProcessors: [],
})
const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => undefined })
const ledger = createLedger(redis, { memoryMs: 60_000 })
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  sdk.start()
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
  await redis.quit()
  await sdk.shutdown()
})

interface Story {
  readonly server: ReadableSpan
  /** By the subject of the record. */
  readonly sends: ReadonlyMap<string, { span: ReadableSpan; traceparent: string }>
}

/** Posts a webhook and gathers its spans: the records' headers tell which send span is whose. */
async function story(
  body: string,
  subjects: readonly string[],
  { traceparent, url = ingress.url }: { traceparent?: string; url?: string } = {},
): Promise<Story> {
  spans.reset()
  const headers = traceparent === undefined ? {} : { traceparent }
  expect((await post(url, body, { headers })).status).toBe(200)
  const sends = new Map<string, { span: ReadableSpan; traceparent: string }>()
  for (const subject of subjects) {
    const [record] = await reader.take((one) => headerOf(one, 'ce_subject') === subject, 1)
    const traceparent = (record && headerOf(record, 'traceparent')) ?? ''
    const span = spans.getFinishedSpans().find((one) => one.spanContext().spanId === traceparent.split('-')[2])
    if (!span) throw new Error(`no send span for ${subject}`)
    sends.set(subject, { span, traceparent })
  }
  const server = spans.getFinishedSpans().filter(({ kind }) => kind === SpanKind.SERVER)
  expect(server).toHaveLength(1)
  const [only] = server
  if (!only) throw new Error('no server span')
  return { server: only, sends }
}

/** A send of this system, as the dispatcher leaves it, with the trace of its span. */
async function aSend(): Promise<{ messageId: string; commandId: string; traceId: string; spanId: string }> {
  const commandId = uniqueName('command')
  const messageId = messageIdOf('acme', commandId)
  const [traceId, spanId] = [messageId.replaceAll('-', ''), messageId.replaceAll('-', '').slice(0, 16)]
  const send = {
    tenant: 'acme',
    messageId,
    identity: { commandId, from: sender, to: '39123456789', print: 'p', traceparent: `00-${traceId}-${spanId}-01` },
  }
  const owner = newOwner()
  await ledger.claim(send, owner)
  await ledger.settle(send, owner, { state: 'accepted', outcome: '{}' })
  return { messageId, commandId, traceId, spanId }
}

const linkedTo = (span: ReadableSpan): string[] => span.links.map(({ context }) => context.spanId)

describe('a webhook of one result', () => {
  it('is one trace with its event', async () => {
    const id = uniqueName('one')
    const { server, sends } = await story(webhookOf(textMessage(id)), [id])
    const send = sends.get(id)?.span
    expect(server.name).toBe('POST /{tenant}/imchannel/onMessage')
    expect(server.parentSpanContext).toBeUndefined()
    expect(server.attributes).toMatchObject({
      'http.route': '/{tenant}/imchannel/onMessage',
      'http.response.status_code': 200,
      'imchannel.tenant': 'acme',
    })
    expect(send?.kind).toBe(SpanKind.PRODUCER)
    expect(send?.parentSpanContext?.spanId).toBe(server.spanContext().spanId)
  })

  it.each([
    ['delivery', deliveryReport],
    ['seen', seenReport],
  ])('that is a %s report joins the trace of the send', async (_kind, report) => {
    const send = await aSend()
    const { server, sends } = await story(webhookOf(report(send.messageId)), [send.messageId])
    expect([server.spanContext().traceId, server.parentSpanContext?.spanId]).toEqual([send.traceId, send.spanId])
    expect(sends.get(send.messageId)?.span.parentSpanContext?.spanId).toBe(server.spanContext().spanId)
    const [record] = await reader.take((one) => headerOf(one, 'ce_subject') === send.messageId, 1)
    expect(record?.key?.toString()).toBe(`acme:${sender}:39123456789`)
    expect(JSON.parse(record?.value?.toString() ?? '{}')).toMatchObject({ commandId: send.commandId, from: sender })
  })

  it('takes no trace from outside', async () => {
    const id = uniqueName('outside')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { server } = await story(webhookOf(textMessage(id)), [id], { traceparent })
    expect(server.spanContext().traceId).not.toBe('0af7651916cd43dd8448eb211c80319c')
  })

  it('takes one where a setting trusts it', async () => {
    await using trusting = await startIngress({ prefix, more: { trustTraceHeaders: true } })
    const id = uniqueName('trusted')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { server } = await story(webhookOf(textMessage(id)), [id], { traceparent, url: trusting.url })
    expect([server.spanContext().traceId, server.parentSpanContext?.spanId]).toEqual([
      '0af7651916cd43dd8448eb211c80319c',
      'b7ad6b7169203331',
    ])
  })
})

describe('a webhook of several results', () => {
  it('starts a trace for each message and joins that of each report, all linked with the webhook', async () => {
    const [message, send] = [uniqueName('several'), await aSend()]
    const { server, sends } = await story(webhookOf(textMessage(message), deliveryReport(send.messageId)), [
      message,
      send.messageId,
    ])
    const report = sends.get(send.messageId)?.span
    expect([report?.spanContext().traceId, report?.parentSpanContext?.spanId]).toEqual([send.traceId, send.spanId])
    expect(report && linkedTo(report)).toEqual([server.spanContext().spanId])

    const inbound = sends.get(message)?.span
    const result = spans
      .getFinishedSpans()
      .find((span) => span.spanContext().spanId === inbound?.parentSpanContext?.spanId)
    expect(result && linkedTo(result)).toEqual([server.spanContext().spanId])
    expect(new Set([server, inbound, report].map((span) => span?.spanContext().traceId)).size).toBe(3)
    expect(linkedTo(server)).toEqual([result?.spanContext().spanId, send.spanId])
  })

  it('points back to a hundred of them at most', async () => {
    const ids = Array.from({ length: 150 }, () => uniqueName('many'))
    const { server } = await story(webhookOf(...ids.map((id) => textMessage(id))), ids.slice(0, 1))
    expect(server.links).toHaveLength(100)
  })
})

describe('spans', () => {
  it('hold no number, no text and no credentials', async () => {
    const id = uniqueName('private')
    await story(webhookOf(textMessage(id, { text: 'private words' })), [id])
    const attributes = JSON.stringify(
      spans.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    )
    expect(attributes).not.toMatch(/351927482662|447860099299|private words|open sesame/)
  })
})
