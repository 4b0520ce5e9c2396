import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import {
  collectRecords,
  hasJaeger,
  type OtlpReceiver,
  type RecordedSpan,
  type RecordCollector,
  type SpanStore,
  startJaeger,
  startOtlpReceiver,
  startTestSystem,
  type TestSystem,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { drawTrace } from './draw-trace.ts'

const parts = ['ingress', 'dispatcher', 'media-server', 'emulator', 'echo-bot'] as const

let jaeger: SpanStore | undefined
let receiver: OtlpReceiver
let system: TestSystem
let records: RecordCollector
let commandLines: string[]
/** Parents that the tests themselves made up. */
const foreignParents = new Set<string>()
/** Nothing of these may be in a span. */
const personal: string[] = []

beforeAll(async () => {
  jaeger = await startJaeger()
  receiver = await startOtlpReceiver(jaeger?.endpoint)
  system = await startTestSystem({
    parts,
    messagesPerSecond: 2_000,
    env: {
      LOG_FORMAT: 'json',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      // A thousand conversations at once are more spans than the default keeps.
      OTEL_BSP_MAX_QUEUE_SIZE: '50000',
    },
    emulator: { behaviour: { deliverAfterMs: 10, seenAfterMs: 10, logsLagMs: 100, sessionWindow: 'off' } },
  })
  await system.process('echo-bot').line(/answering/)
  commandLines = parts.map((part) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(system.process(part).pid)], { encoding: 'utf8' }).trim(),
  )
  const topics = ['inbound', 'status', 'outbound', 'outbound.deadletter']
  records = await collectRecords(
    system.brokers,
    topics.map((topic) => `${system.topicPrefix}.${topic}`),
  )
}, 180_000)

afterAll(async () => {
  await records?.[Symbol.asyncDispose]()
  await system?.[Symbol.asyncDispose]()
  await receiver?.[Symbol.asyncDispose]()
  await jaeger?.[Symbol.asyncDispose]()
})

interface PhoneMessage {
  readonly messageId: string
  readonly state: string
}

function customer(): string {
  const number = uniqueNumber()
  personal.push(number)
  return number
}

async function sentTo(number: string): Promise<PhoneMessage[]> {
  const path = `messages?customer=${number}&direction=to-customer`
  return (await system.ask<{ messages: PhoneMessage[] }>(path)).messages
}

async function seen(number: string, count = 1): Promise<PhoneMessage[]> {
  return waitUntil(
    async () => {
      const messages = await sentTo(number)
      return messages.filter(({ state }) => state === 'seen').length === count && messages
    },
    { what: `${count} seen by ${number}` },
  )
}

/** A command as a bot with a trace of its own writes it. */
function command(
  to: string,
  content: object,
  fields: object = {},
): { id: string; value: object; traceId: string } & {
  headers: Record<string, string>
} {
  const id = uniqueName('command')
  const traceId = randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  foreignParents.add(spanId)
  const { tenant, number: from } = system
  const value = { id, tenant, from, to, content, ...fields }
  return { id, traceId, value, headers: { traceparent: `00-${traceId}-${spanId}-01` } }
}

function eventsOf(type: string, about: string) {
  return records.records.filter(
    ({ headers, value }) => headers['ce_type'] === type && value?.toString().includes(about) === true,
  )
}

/** Spans of a trace once the facts are in it, drawn as a tree. */
async function traceWith(
  traceId: string,
  facts: (spans: RecordedSpan[]) => boolean,
  store: SpanStore = receiver,
): Promise<RecordedSpan[]> {
  let last: RecordedSpan[] = []
  return waitUntil(
    async () => {
      last = (await store.spans()).filter((span) => span.traceId === traceId)
      return facts(last) && last
    },
    { what: 'the trace' },
  ).catch((error: unknown) => {
    throw new Error(`the trace is only:\n${drawTrace(last).join('\n')}`, { cause: error })
  })
}

function named(spans: readonly RecordedSpan[], name: string): RecordedSpan[] {
  return spans.filter((span) => span.name === name)
}

function fetchesOf(spans: readonly RecordedSpan[]): RecordedSpan[] {
  return spans.filter(({ service }) => service === 'imchannel-media-server')
}

function topic(name: string): string {
  return `${system.topicPrefix}.${name}`
}

describe('one conversation with an image', () => {
  const paths = ['onMessage', 'onDeliveryReport', 'onSeenReport'].map((path) => `POST /{tenant}/imchannel/${path}`)
  const fetches = ['HEAD', 'GET'].map((method) => `${method} /{tenant}/imchannel/getImageMessage/{id}`)
  let story: string[]

  beforeAll(() => {
    story = [
      `imchannel-ingress: ${paths[0]}`,
      `  imchannel-ingress: send ${topic('inbound')}`,
      `    echo-bot: process ${topic('inbound')}`,
      `      echo-bot: answer`,
      `        echo-bot: send ${topic('outbound')}`,
      `          imchannel-dispatcher: process ${topic('outbound')}`,
      `            imchannel-dispatcher: POST /omni/1/advanced`,
      `              infobip-emulator: POST /omni/1/advanced`,
      `            imchannel-dispatcher: send ${topic('status')}`,
      ...[paths[1], paths[2]].flatMap((path) => [
        `            imchannel-ingress: ${path}`,
        `              imchannel-ingress: send ${topic('status')}`,
      ]),
      ...fetches.flatMap((fetch) => [
        `            imchannel-media-server: ${fetch}`,
        `              imchannel-media-server: send ${topic('status')}`,
      ]),
    ]
  })

  it.each([
    ['message.received', 'inbound'],
    ['message.delivery', 'status'],
    ['message.seen', 'status'],
    ['media.fetched', 'status'],
  ])(
    `is one trace, from the webhook to the bot, Infobip, its media fetch and the reports, asked by %s (${hasJaeger() ? 'Jaeger' : 'a receiver in the test: no JAEGER_BIN'})`,
    async (type, name) => {
      onTestFailed(() => void process.stderr.write(system.outputs()))
      const number = customer()
      await system.customerWrites({ from: number, name: 'Teresa Gomes', text: 'An image, please' })
      const [message] = await seen(number)
      const about = type === 'message.received' ? number : type === 'media.fetched' ? 'GET' : (message?.messageId ?? '')
      const event = await waitUntil(
        () =>
          records.records.find(
            ({ topic: one, headers, value, key }) =>
              one === topic(name) &&
              headers['ce_type'] === `imchannel.${type}.v1` &&
              key?.endsWith(number) === true &&
              value?.toString().includes(about) === true,
          ),
        { what: `${type} of the conversation` },
      )
      const traceId = event.headers['traceparent']?.split('-')[1] ?? ''
      const spans = await traceWith(traceId, (all) => all.length >= story.length, jaeger ?? receiver)
      expect(drawTrace(spans)).toEqual(drawTrace(treeOf(story)))
      expect(spans.filter(({ failed }) => failed)).toEqual([])
    },
  )

  it('prints its trace id in each JSON line about it', async () => {
    const number = customer()
    await system.customerWrites({ from: number, text: 'Oh well' })
    const [message] = await seen(number)
    const dispatcher = system.process('dispatcher').output()
    const line = dispatcher.split('\n').find((text) => text.includes(message?.messageId ?? '-'))
    const { trace_id: traceId, span_id: spanId } = JSON.parse(line ?? '{}') as Record<string, string>
    const spans = await traceWith(traceId ?? '', (all) => named(all, 'POST /omni/1/advanced').length === 2)
    expect(spans.map((span) => span.spanId)).toContain(spanId)
  })
})

describe('the media fetch', () => {
  it('is a child of the send of the last command that used the medium', async () => {
    const [first, second] = [customer(), customer()]
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const upload = await fetch(`${system.urls['media-server']}/${system.tenant}/imchannel/media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.mediaToken}`, 'content-type': 'image/png' },
      body: png,
    })
    const { id } = (await upload.json()) as { id: string } // contract §4
    for (const number of [first, second]) {
      const sent = command(number, { type: 'image', media: { id } })
      await system.botSends([sent])
      await seen(number)
      const spans = await traceWith(
        sent.traceId,
        (all) => fetchesOf(all).length >= 4 && named(all, `process ${topic('outbound')}`).length === 1,
      )
      const [send] = named(spans, `process ${topic('outbound')}`)
      const servers = fetchesOf(spans).filter(({ kind }) => kind === 'server')
      expect(servers.map(({ parentSpanId }) => parentSpanId)).toEqual([send?.spanId, send?.spanId])
    }
  })
})

describe('a webhook with several results', () => {
  it('starts a trace for each inbound one, linked both ways', async () => {
    const numbers = [customer(), customer(), customer()]
    const messages = numbers.map((from) => ({ from, to: system.number, text: 'together' }))
    await system.tell('inbound', { messages, together: true })
    await Promise.all(numbers.map((number) => seen(number)))
    const results = await waitUntil(async () => {
      const spans = await receiver.spans()
      const webhook = spans.find(({ attributes }) => attributes['imchannel.results'] === 3)
      const linked = webhook?.links.map((link) => spans.find(({ spanId }) => spanId === link.spanId))
      return linked?.every((span) => span !== undefined) === true && webhook && { webhook, linked }
    })
    const { webhook, linked } = results
    expect(linked).toHaveLength(3)
    expect(new Set(linked.map((span) => span?.traceId)).add(webhook.traceId).size).toBe(4)
    for (const span of linked) {
      expect(span).toMatchObject({ name: 'webhook result', parentSpanId: undefined })
      expect(span?.links).toEqual([{ traceId: webhook.traceId, spanId: webhook.spanId }])
    }
  })

  it('joins each report to its send, linked both ways', async () => {
    const numbers = [customer(), customer()]
    const sends = numbers.map((number) => command(number, { type: 'text', text: 'Hello' }))
    await system.botSends(sends)
    const sent = await Promise.all(numbers.map((number) => seen(number)))
    const reports = sent.map(([message], index) => ({
      messageId: message?.messageId,
      to: numbers[index],
      doneAt: '2025-02-27T15:45:01.000+0000',
      status: { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' },
      channel: 'WHATSAPP',
    }))
    const credentials = Buffer.from(`infobip:${system.secrets.webhookPassword}`).toString('base64')
    const answer = await fetch(`${system.urls.ingress}/${system.tenant}/imchannel/onDeliveryReport`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': 'application/json',
        // From outside: not taken.
        traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
      },
      body: JSON.stringify({ results: reports }),
    })
    expect(answer.status).toBe(200)
    for (const { traceId } of sends) {
      // Spans are exported as they end, by two processes: the report's may be there before the send's.
      const spans = await traceWith(
        traceId,
        (all) => all.some(({ links }) => links.length === 1) && named(all, `process ${topic('outbound')}`).length === 1,
      )
      const [send] = named(spans, `process ${topic('outbound')}`)
      const report = spans.find(({ links }) => links.length === 1)
      expect(report).toMatchObject({ name: `send ${topic('status')}`, parentSpanId: send?.spanId })
      // The webhook's span ends after those of its results, so it may be exported later.
      const webhook = await waitUntil(async () =>
        (await receiver.spans()).find(({ spanId }) => spanId === report?.links[0]?.spanId),
      )
      expect(webhook).toMatchObject({ kind: 'server', parentSpanId: undefined })
      expect(webhook.links).toContainEqual({ traceId, spanId: send?.spanId })
    }
    expect((await receiver.spans()).filter((span) => span.traceId === 'ab'.repeat(16))).toEqual([])
  })
})

describe('a trace reads as what happened', () => {
  it('to a rejected command, whose dead letter keeps the trace', async () => {
    const number = customer()
    await system.tell('faults', { action: 'reject', statusId: 14, to: number })
    const sent = command(number, { type: 'text', text: 'No' })
    await system.botSends([sent])
    const letter = await waitUntil(() =>
      records.records.find((one) => one.headers['imchannel-error-code'] !== undefined && one.value?.includes(sent.id)),
    )
    expect(letter.headers['traceparent']).toBe(sent.headers['traceparent'])
    const spans = await traceWith(sent.traceId, (all) => all.length >= 5)
    expect(drawTrace(spans, ['imchannel.outcome', 'imchannel.code', 'http.response.status_code'])).toEqual([
      `imchannel-dispatcher: process ${topic('outbound')} rejected REJECTED_DESTINATION`,
      '  imchannel-dispatcher: POST /omni/1/advanced rejected 200 failed',
      '    infobip-emulator: POST /omni/1/advanced 200',
      `  imchannel-dispatcher: send ${topic('status')}`,
      `imchannel-dispatcher: send ${topic('outbound.deadletter')}`,
    ])
  })

  it('to one that Infobip throttled: 429, the wait, and the next attempt', async () => {
    const number = customer()
    await system.tell('faults', { action: 'throttle', retryAfterSeconds: 1, count: 1, to: number })
    const sent = command(number, { type: 'text', text: 'Later' })
    await system.botSends([sent])
    await seen(number)
    const spans = await traceWith(sent.traceId, (all) => named(all, `process ${topic('outbound')}`).length === 1)
    const attempts = named(spans, 'POST /omni/1/advanced').filter(({ kind }) => kind === 'client')
    const shown = ['imchannel.outcome', 'http.response.status_code', 'http.request.resend_count']
    expect(attempts.map((span) => shown.map((name) => span.attributes[name]))).toEqual([
      ['throttled', 429, undefined],
      ['accepted', 200, 1],
    ])
    const [send] = named(spans, `process ${topic('outbound')}`)
    const waits = (send?.events ?? []).filter(({ name }) => name === 'waited for a permit')
    expect(Math.max(...waits.map(({ attributes }) => Number(attributes['imchannel.wait_ms'])))).toBeGreaterThan(500)
  })

  it('to one whose answer was lost: the unknown attempt, the question, what the logs said', async () => {
    const number = customer()
    await system.tell('faults', { action: 'drop', taken: true, count: 1, to: number })
    // No report, which would tell before the logs do.
    await system.tell('faults', { action: 'stay-pending', to: number })
    const sent = command(number, { type: 'text', text: 'Where?' })
    await system.botSends([sent])
    await waitUntil(() => eventsOf('imchannel.message.accepted.v1', sent.id).length === 1)
    const spans = await traceWith(sent.traceId, (all) => named(all, `process ${topic('outbound')}`).length === 1)
    const calls = spans.filter(({ kind, service }) => kind === 'client' && service === 'imchannel-dispatcher')
    const [attempt, ...questions] = calls
    expect(attempt).toMatchObject({ failed: true, attributes: { 'imchannel.outcome': 'unknown' } })
    expect(new Set(questions.map(({ name }) => name))).toEqual(new Set(['GET /omni/1/logs']))
    const [send] = named(spans, `process ${topic('outbound')}`)
    expect(send?.attributes).toMatchObject({ 'imchannel.outcome': 'accepted' })
    expect(send?.events.map(({ name }) => name)).toContain('waits')
    const settled = send?.events.find(({ name }) => name === 'unknown outcome settled')
    expect(settled?.attributes).toEqual({ 'imchannel.reason': 'logs' })
  })
})

describe('a thousand conversations', () => {
  const count = 1_000
  const inOneWebhook = 50

  it('leave no span without its parent, and one client span for each call', async () => {
    onTestFailed(() => void process.stderr.write(system.outputs().slice(-20_000)))
    const numbers = Array.from({ length: count }, customer)
    for (let at = 0; at < count; at += inOneWebhook) {
      const messages = numbers.slice(at, at + inOneWebhook).map((from) => ({ from, to: system.number, text: 'Hello' }))
      await system.tell('inbound', { messages, together: true })
    }
    const known = new Set(numbers)
    await waitUntil(
      () => {
        const got = records.records.filter(
          ({ headers, key }) =>
            headers['ce_type'] === 'imchannel.message.seen.v1' && known.has(key?.split(':')[2] ?? ''),
        )
        return got.length === count
      },
      { what: 'a thousand seen reports', timeoutMs: 90_000 },
    )
    // Each service sends what is left when it stops.
    await Promise.all(parts.map((part) => system.process(part).stop()))
    const spans = await receiver.spans()
    const ids = new Set(spans.map(({ spanId }) => spanId))
    const orphans = spans.filter(
      ({ parentSpanId: parent }) => parent !== undefined && !ids.has(parent) && !foreignParents.has(parent),
    )
    expect(orphans.map(({ service, name }) => `${service}: ${name}`)).toEqual([])
    expect(ids.size).toBe(spans.length)

    const of = (service: string, kind: string) =>
      spans.filter((span) => span.service === service && span.kind === kind && span.name.startsWith('POST /omni'))
    expect(of('imchannel-dispatcher', 'client').length).toBeGreaterThanOrEqual(count)
    // Infobip's side has one request for each of them: none is counted twice, none is missing.
    const served = of('infobip-emulator', 'server').map(({ parentSpanId }) => parentSpanId)
    expect(served).toHaveLength(of('imchannel-dispatcher', 'client').length)
    expect(new Set(served)).toEqual(new Set(of('imchannel-dispatcher', 'client').map(({ spanId }) => spanId)))
  })
})

describe('of what goes wrong with OpenTelemetry in such systems', () => {
  it('no loader hook is needed: the spans above came from plain `node main.ts`', () => {
    expect(commandLines).toHaveLength(parts.length)
    for (const line of commandLines) expect(line).toMatch(/node\S* \S+\/src\/main\.ts$/)
  })

  it('no instrumentation package is installed, instrumentation-kafkajs least of all', async () => {
    const lock = await readFile(new URL('../../../../pnpm-lock.yaml', import.meta.url), 'utf8')
    const packages = new Set(
      [...lock.matchAll(/@opentelemetry\/(instrumentation-[\w-]+|auto-[\w-]+)/g)].map(([name]) => name),
    )
    expect([...packages]).toEqual([])
  })

  it('spans alone are sent: metrics are scraped and logs printed', () => {
    expect([...receiver.paths]).toEqual(['/v1/traces'])
  })

  it('probes and scrapes make no spans', async () => {
    const names = new Set((await receiver.spans()).map(({ name }) => name))
    expect([...names].filter((name) => /livez|readyz|metrics/.test(name))).toEqual([])
  })

  it('no phone number, name or text is in any span', () => {
    const sent = Buffer.concat(receiver.received).toString('latin1')
    // Numbers of the tests have twelve digits; they are looked for in longer ones too.
    const windows = new Set(
      (sent.match(/\d{12,}/g) ?? []).flatMap((digits) =>
        Array.from({ length: digits.length - 11 }, (_, at) => digits.slice(at, at + 12)),
      ),
    )
    expect(personal.filter((number) => windows.has(number))).toEqual([])
    for (const text of ['Teresa', 'An image, please', system.number]) expect(sent).not.toContain(text)
  })

  it('names and attributes are those of the current messaging conventions', async () => {
    const attributes = new Set((await receiver.spans()).flatMap((span) => Object.keys(span.attributes)))
    for (const name of ['messaging.consumer.group.name', 'messaging.kafka.offset', 'messaging.operation.type'])
      expect(attributes).toContain(name)
    for (const former of [
      'messaging.operation',
      'messaging.kafka.message.offset',
      'messaging.kafka.message.key',
      'http.method',
      'http.url',
    ])
      expect(attributes).not.toContain(former)
  })
})

/** The story's lines as spans, so that both are drawn by the same rules. */
function treeOf(lines: readonly string[]): RecordedSpan[] {
  const path: string[] = []
  return lines.map((line, index) => {
    const depth = (line.length - line.trimStart().length) / 2
    path[depth] = String(index)
    const [service = '', name = ''] = line.trim().split(/: (.*)/)
    return {
      traceId: 'story',
      spanId: String(index),
      parentSpanId: depth === 0 ? undefined : path[depth - 1],
      name,
      kind: 'internal',
      service,
      attributes: {},
      events: [],
      links: [],
      failed: false,
    }
  })
}
