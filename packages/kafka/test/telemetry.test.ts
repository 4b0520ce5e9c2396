import { context, ROOT_CONTEXT, type SpanContext, SpanKind, trace, TraceFlags } from '@opentelemetry/api'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { readAll, startMember, testClient, testProducer, testTopic } from './harness.ts'
import { recordTelemetry } from './record-telemetry.ts'

const client = testClient()
const recorded = recordTelemetry()
beforeEach(() => recorded.clear())
afterAll(() => recorded.stop())

const PARENT: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
}

/** Data points of a metric that have these attributes. */
const find = async (name: string, attributes: object) =>
  (await recorded.metrics()).filter(
    (point) =>
      point.name === name && Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
  )

test('a record has a PRODUCER span, and its handling a CONSUMER span that is its child, in the trace of whoever published', async () => {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  let inHandler: SpanContext | undefined
  startMember(client, {
    groupId,
    topics: [topic],
    handle: async () => {
      inHandler = trace.getActiveSpan()?.spanContext()
      return { kind: 'done' }
    },
  })
  await context.with(trace.setSpanContext(ROOT_CONTEXT, PARENT), () =>
    testProducer(client).publish([{ topic, key: '393331234567', value: null }]),
  )
  const [send, process] = await waitUntil(() => {
    const found = ['send', 'process'].map((name) => recorded.spans().find((span) => span.name === `${name} ${topic}`))
    return found.every((span) => span !== undefined) && found
  })
  expect(send).toMatchObject({ kind: SpanKind.PRODUCER, parentSpanId: PARENT.spanId })
  expect(process).toMatchObject({ kind: SpanKind.CONSUMER, parentSpanId: send?.context.spanId })
  expect(inHandler?.spanId).toBe(process?.context.spanId)
  expect(send?.context.traceId).toBe(PARENT.traceId)
  expect(process?.context.traceId).toBe(PARENT.traceId)
  expect(send?.attributes).toEqual({
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': '0',
    'messaging.client.id': client.clientId,
    'messaging.kafka.offset': 0,
    'messaging.kafka.message.tombstone': true,
  })
  expect(process?.attributes).toEqual({
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': '0',
    'messaging.consumer.group.name': groupId,
    'messaging.client.id': client.clientId,
    'messaging.kafka.offset': 0,
    'messaging.kafka.message.tombstone': true,
  })
  expect(JSON.stringify(recorded.spans())).not.toContain('393331234567')
})

test('a creation context that the caller set is not overwritten', async () => {
  const topic = await testTopic(client, 1)
  const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`
  await testProducer(client).publish([{ topic, key: 'k', value: 'x', headers: { traceparent } }])
  expect((await readAll(client, topic))[0]?.headers['traceparent']?.toString()).toBe(traceparent)
  expect(recorded.spans().find((span) => span.name === `send ${topic}`)?.parentSpanId).toBe(PARENT.spanId)
})

function header(name: string, value: string | null) {
  return { name: Buffer.from(name), value: value === null ? null : Buffer.from(value) }
}

test('of headers in a list a traceparent is kept, and what is half of one is replaced', async () => {
  const topic = await testTopic(client, 1)
  const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`
  const whole = [header('x', '1'), header('traceparent', traceparent), header('x', '2')]
  const half = [header('traceparent', null), header('x', '1'), header('x', '2')]
  await testProducer(client).publish([whole, half].map((headers) => ({ topic, key: 'k', value: 'x', headers })))
  const [kept, replaced] = await readAll(client, topic)
  expect(kept?.allHeaders).toEqual(whole)
  const made = replaced?.headers['traceparent']?.toString() ?? ''
  expect(made).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(replaced?.allHeaders).toEqual([...half.slice(1), header('traceparent', made)])
  const parents = recorded.spans().flatMap(({ name, parentSpanId }) => (name === `send ${topic}` ? [parentSpanId] : []))
  expect(parents).toEqual([PARENT.spanId, undefined])
})

test('a record that is refused, and a handler that throws, are errors of their spans', async () => {
  const topic = await testTopic(client, 1)
  const absent = uniqueName('absent')
  const producer = testProducer(client)
  await producer.publish([
    { topic, key: 'k', value: 'x' },
    { topic: absent, key: 'k', value: 'x' },
  ])
  startMember(client, {
    groupId: uniqueName('group'),
    topics: [topic],
    handle: () => Promise.reject(new TypeError('bug')),
    onFailure: () => ({ kind: 'done' }),
  })
  const process = await waitUntil(() => recorded.spans().find((span) => span.name === `process ${topic}`))
  expect(process.attributes['error.type']).toBe('TypeError')
  expect(recorded.spans().find((span) => span.name === `send ${absent}`)?.attributes['error.type']).toBe(
    'unknown-topic',
  )
})

test('metrics have the names of the conventions, and lag and lanes besides', async () => {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  const gate = Promise.withResolvers<void>()
  const { consumer } = startMember(client, {
    groupId,
    topics: [topic],
    handle: async () => {
      await gate.promise
      return { kind: 'done' }
    },
  })
  await testProducer(client).publish(['a', 'b', 'c'].map((key) => ({ topic, key, value: 'x' })))
  await waitUntil(() => consumer.lanes().running === 3)
  expect(await find('kafka.consumer.lag', { 'messaging.destination.name': topic })).toMatchObject([{ value: 3 }])
  expect(await find('kafka.consumer.unfinished', { 'messaging.destination.name': topic })).toMatchObject([{ value: 3 }])
  expect(await find('kafka.consumer.oldest_unfinished', { 'messaging.destination.name': topic })).toHaveLength(1)
  expect(
    await find('kafka.consumer.lanes', { 'messaging.consumer.group.name': groupId, state: 'running' }),
  ).toMatchObject([{ value: 3 }])
  gate.resolve()
  await waitUntil(() => consumer.lag()[0]?.lag === 0)
  expect(await find('messaging.client.sent.messages', { 'messaging.destination.name': topic })).toMatchObject([
    { value: 3 },
  ])
  expect(await find('messaging.client.consumed.messages', { 'messaging.destination.name': topic })).toMatchObject([
    { value: 3 },
  ])
  expect(await find('messaging.process.duration', { 'messaging.destination.name': topic })).toMatchObject([
    { value: { count: 3 } },
  ])
  await waitUntil(
    async () =>
      (await find('messaging.client.operation.duration', { 'messaging.consumer.group.name': groupId })).length > 0,
  )
  expect(
    (await find('messaging.client.operation.duration', { 'messaging.operation.name': 'send' })).length,
  ).toBeGreaterThan(0)
})

test('without a tracer the context is passed on as it came', async () => {
  recorded.stopTracing()
  const topic = await testTopic(client, 1)
  const parent = trace.setSpanContext(ROOT_CONTEXT, PARENT)
  await testProducer(client).publish([
    { topic, key: 'k', value: 'x', context: parent },
    { topic, key: 'k', value: 'x', context: ROOT_CONTEXT },
  ])
  const [withContext, without] = await readAll(client, topic)
  expect(withContext?.headers['traceparent']?.toString()).toBe(`00-${PARENT.traceId}-${PARENT.spanId}-01`)
  expect(without?.headers).toEqual({})
})
