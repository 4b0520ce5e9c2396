import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  collectRecords,
  createFaultProxy,
  type FaultProxy,
  findSecrets,
  type OtlpReceiver,
  type RecordCollector,
  startOtlpReceiver,
  startTestSystem,
  type TestSystem,
  testStack,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queriesOf } from './promql.ts'

const parts = ['ingress', 'dispatcher', 'media-server', 'emulator', 'echo-bot'] as const
const scraped = ['ingress', 'dispatcher', 'media-server'] as const
const infra = fileURLToPath(new URL('../../../../infra/', import.meta.url))
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const redisPassword = uniqueName('redis-password')
/** What a customer says: it is to be found, so that the search is known to search. */
const planted = uniqueName('planted')

let receiver: OtlpReceiver
let redis: FaultProxy
let system: TestSystem
let records: RecordCollector
/** Every answer that anybody got in the run. */
const answers: string[] = []
/** The scrape of each service, at the end. */
const metrics: Record<string, string> = {}
let commandLines: string

async function call(url: string, init: RequestInit = {}): Promise<{ status: number; body: string }> {
  const answer = await fetch(url, init)
  const body = await answer.text()
  answers.push(JSON.stringify([...answer.headers]), body)
  return { status: answer.status, body }
}

/** A user of its own on the shared Redis: the services know a password, no other test does. */
async function redisUser(url: URL, name: string): Promise<void> {
  const socket = connect(Number(url.port), url.hostname)
  socket.write(`ACL SETUSER ${name} on >${redisPassword} ~* &* +@all\r\nQUIT\r\n`)
  const [reply] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(reply.toString()).toMatch(/^\+OK/)
}

function webhook(credentials: string, results: unknown, path = 'onMessage'): ReturnType<typeof call> {
  return call(`${system.urls.ingress}/${system.tenant}/imchannel/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(credentials)}` },
    body: typeof results === 'string' ? results : JSON.stringify({ results }),
  })
}

function media(path: string, init: RequestInit = {}): ReturnType<typeof call> {
  return call(`${system.urls['media-server']}/${system.tenant}/imchannel/${path}`, init)
}

async function outcomes(type: string, count: number): Promise<void> {
  const reached = () => records.records.filter(({ headers }) => headers['ce_type'] === `imchannel.${type}.v1`).length
  await waitUntil(() => reached() >= count, { what: `${count} of ${type}` })
}

beforeAll(async () => {
  const stack = testStack()
  const url = new URL(stack.redisUrl)
  await redisUser(url, planted)
  redis = await createFaultProxy({ host: url.hostname, port: Number(url.port) })
  receiver = await startOtlpReceiver()
  system = await startTestSystem({
    parts,
    brokers: stack.brokers,
    redisUrl: `redis://${planted}:${redisPassword}@${redis.address}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_BSP_SCHEDULE_DELAY: '200' },
    account: { unknownAfterMs: 1_000 },
    tenantSettings: { budgets: [{ per: 'sender', period: 'day', messages: 100_000, over: 'advise' }] },
    emulator: { behaviour: { deliverAfterMs: 10, seenAfterMs: 10, logsLagMs: 50, sessionWindow: 'off' } },
  })
  const topics = ['inbound', 'status', 'account', 'unrecognised', 'outbound', 'outbound.deadletter']
  records = await collectRecords(
    system.brokers,
    topics.map((topic) => `${system.topicPrefix}.${topic}`),
  )
  await goThroughMuch()
  await waitUntil(
    async () => (await call(`${system.urls.dispatcher}/metrics`)).body.includes('imchannel_budget_used{'),
    {
      what: 'budgets are counted',
    },
  )
  for (const part of scraped) metrics[part] = (await call(`${system.urls[part]}/metrics`)).body
  commandLines = existsSync('/proc')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(commandLineOf)
        .join('\n')
    : ''
  await Promise.all(parts.map((part) => system.process(part).stop()))
}, 180_000)

afterAll(async () => {
  await records?.[Symbol.asyncDispose]()
  await system?.[Symbol.asyncDispose]()
  await receiver?.[Symbol.asyncDispose]()
  await redis?.close()
})

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** A day in the life of a gateway: what works, and everything that is done wrong to it. */
async function goThroughMuch(): Promise<void> {
  const { tenant, number: from, secrets } = system
  const customer = uniqueNumber()
  await system.customerWrites({ from: customer, name: 'Teresa Gomes', text: planted })
  await system.customerWrites({ from: customer, text: 'An image, please' })
  await system.customerWrites({ from: customer, image: { base64: png.toString('base64'), contentType: 'image/png' } })
  await outcomes('message.seen', 3)

  // Webhooks: wrong user, wrong password, not JSON, not a webhook, for a number of nobody.
  expect((await webhook(`other:${secrets.webhookPassword}`, [])).status).toBe(401)
  expect((await webhook('infobip:wrong', [])).status).toBe(401)
  expect((await webhook(`infobip:${secrets.webhookPassword}`, '{"results":')).status).toBe(400)
  expect((await webhook(`infobip:${secrets.webhookPassword}`, '[1]')).status).toBe(200)
  const stray = {
    from: customer,
    to: '4400000000',
    messageId: uniqueName('m'),
    receivedAt: '2025-02-27T15:44:57.000+0000',
  }
  const text = { message: { type: 'TEXT', text: 'Anybody?' }, integrationType: 'WHATSAPP' }
  expect((await webhook(`infobip:${secrets.webhookPassword}`, [{ ...stray, ...text }])).status).toBe(200)

  // Media: refused, stored, fetched, missed, removed; a customer's, and its token with a change.
  const authorization = `Bearer ${secrets.mediaToken}`
  const upload = (headers: Record<string, string>, body: Buffer) => media('media', { method: 'POST', headers, body })
  expect((await upload({ authorization: 'Bearer wrong', 'content-type': 'image/png' }, png)).status).toBe(401)
  expect((await upload({ authorization, 'content-type': 'image/jpeg' }, png)).status).toBe(415)
  const stored = await upload({ authorization, 'content-type': 'image/png' }, png)
  const { id } = JSON.parse(stored.body) as { id: string } // contract §4
  expect((await media(`getImageMessage/${id}`)).status).toBe(200)
  expect((await media(`media/${id}`, { method: 'DELETE', headers: { authorization } })).status).toBe(204)
  expect((await media(`getImageMessage/${id}`)).status).toBe(404)
  const event = records.records.find(({ value }) => value?.includes('/inboundMedia/') === true)
  const inbound = /[^"]*\/inboundMedia\/[^"]*/.exec(event?.value?.toString() ?? '')?.[0] ?? ''
  expect((await call(inbound)).status).toBe(200)
  expect((await call(`${inbound}x`)).status).toBe(401)

  // Commands: unreadable, of no sender, refused, throttled, without an answer, twice.
  const command = (to: string) => ({ id: uniqueName('c'), tenant, from, to, content: { type: 'text', text: 'Hello' } })
  const [refused, throttled, lost, twice] = [uniqueNumber(), uniqueNumber(), uniqueNumber(), command(uniqueNumber())]
  await system.tell('faults', { action: 'reject', statusId: 14, to: refused })
  await system.tell('faults', { action: 'throttle', count: 1, to: throttled })
  await system.tell('faults', { action: 'drop', taken: false, count: 1, to: lost })
  await system.botSends([
    { value: Buffer.from('not JSON') },
    { value: { ...command(customer), from: '4400000000' } },
    ...[command(refused), command(throttled), command(lost), twice, twice].map((value) => ({ value })),
  ])
  await outcomes('message.rejected', 2)
  await outcomes('message.accepted', 6)

  // Redis away for a moment; then a key that Infobip refuses, twice.
  redis.cut()
  await waitUntil(
    async () => (await webhook(`infobip:${secrets.webhookPassword}`, [{ ...stray, ...text }])).status === 200,
  )
  await waitUntil(async () => (await media(`getImageMessage/${id}`)).status === 503)
  redis.heal()
  await waitUntil(async () => (await call(`${system.urls.dispatcher}/readyz`)).status === 200)
  await system.tell('faults', { action: 'status', status: 401, count: 2, to: customer })
  await system.botSends([{ value: command(customer) }])
  await waitUntil(async () =>
    /account_unwell\{.*"key-refused"\} 1/.test((await call(`${system.urls.dispatcher}/metrics`)).body),
  )
}

/** The labels of each metric of a scrape. */
function labelsByMetric(scrape: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of scrape.matchAll(/^([a-z_:]\w*)(?:\{(.*)\})? /gm)) {
    const known = found.get(name) ?? new Set()
    for (const [, label = ''] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label)
    found.set(name, known)
  }
  return found
}

/** Everything that left a process, by where it went. */
function places(): Record<string, string> {
  return {
    ...Object.fromEntries(parts.map((part) => [`output of ${part}`, system.process(part).output()])),
    ...Object.fromEntries(Object.entries(metrics).map(([part, text]) => [`metrics of ${part}`, text])),
    'records in Kafka': records.records
      .map(({ key, value, headers }) => `${key} ${value?.toString('latin1')} ${JSON.stringify(headers)}`)
      .join('\n'),
    'exported spans': Buffer.concat(receiver.received).toString('latin1'),
    'HTTP answers': answers.join('\n'),
    'command lines': commandLines,
  }
}

describe('the metrics of the running system', () => {
  /** Point 4 of what there is to be: what is counted, and by what. */
  const required: readonly [what: string, metric: string, labels: readonly string[]][] = [
    ['webhooks by outcome', 'imchannel_webhooks_total', ['tenant', 'outcome']],
    ['results by kind and outcome', 'imchannel_webhook_results_total', ['tenant', 'kind', 'outcome']],
    ['ack latency', 'imchannel_webhook_ack_duration_seconds_bucket', ['tenant', 'le']],
    ['batch size', 'imchannel_webhook_batch_bucket', ['le']],
    ['events published', 'imchannel_events_published_total', ['topic']],
    ['consumer lag by partition', 'imchannel_consumer_lag', ['topic', 'partition']],
    ['oldest unfinished command by partition', 'imchannel_consumer_oldest_unfinished_seconds', ['topic', 'partition']],
    ['lanes in flight and parked', 'imchannel_lanes', ['state', 'origin']],
    ['sends by tenant, outcome and code', 'imchannel_commands_ended_total', ['tenant', 'outcome', 'code']],
    ['command to accepted', 'imchannel_command_accepted_duration_seconds_bucket', ['tenant', 'le']],
    ['accepted to delivered', 'imchannel_command_delivered_duration_seconds_bucket', ['tenant', 'le']],
    ['limiter waits', 'imchannel_limiter_wait_duration_seconds_bucket', ['tenant', 'le']],
    ['breaker state', 'imchannel_account_unwell', ['tenant', 'account', 'reason']],
    ['reconciliations', 'imchannel_reconciliations_total', ['tenant', 'how']],
    ['dead letters', 'imchannel_dead_letters_total', ['tenant', 'code']],
    ['media bytes', 'imchannel_media_stored_bytes', ['room']],
    ['media bytes sent', 'imchannel_media_sent_bytes_total', ['kind']],
    ['media fetches', 'imchannel_media_fetches_total', ['method', 'kind', 'status']],
    ['media misses', 'imchannel_media_misses_total', ['reason']],
    ['Redis errors', 'imchannel_redis_errors_total', []],
    ['Kafka errors', 'imchannel_kafka_errors_total', []],
    ['the configuration in force', 'imchannel_configuration_info', ['checksum']],
    ['HTTP requests, by the conventions', 'http_server_request_duration_seconds_bucket', ['http_route', 'le']],
    [
      'HTTP requests made, by the conventions',
      'http_client_request_duration_seconds_bucket',
      ['url_template', 'server_address', 'le'],
    ],
    ['messaging, by the conventions', 'messaging_client_sent_messages_total', ['messaging_destination_name']],
  ]

  it.each(required)('have %s: %s', (_what, metric, labels) => {
    const lines = Object.values(metrics).join('\n').split('\n')
    const series = lines.filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    expect(series.some((line) => labels.every((label) => line.includes(`${label}="`)))).toBe(true)
  })

  it('have the same configuration in every service', () => {
    const checksums = scraped.map((part) => /configuration_info\{checksum="([0-9a-f]+)"/.exec(metrics[part] ?? '')?.[1])
    expect(new Set(checksums).size).toBe(1)
  })

  it('are low in cardinality: no number, id or path is a label', () => {
    const text = Object.values(metrics).join('\n')
    const labels = new Set([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => `${name}=${value}`))
    const values = [...labels].filter((label) => !/^(le|checksum|imchannel_version)=/.test(label))
    expect(values.filter((label) => /\d{10,}|[0-9a-f]{8}-[0-9a-f]{4}-/.test(label))).toEqual([])
    expect(text).not.toContain(system.number)
    expect(labels.size).toBeLessThan(500)
  })

  const files = ['grafana/dashboards', 'prometheus/rules'].flatMap((folder) =>
    readdirSync(infra + folder).map((file) => `${folder}/${file}`),
  )

  it.each(files)('have each that %s asks for, with the labels that it names', (file) => {
    const labelsOf = labelsByMetric(Object.values(metrics).join('\n'))
    // Prometheus's own, on every series that it scrapes.
    labelsOf.set('up', new Set())
    const queries = queriesOf(readFileSync(infra + file, 'utf8'), file)
    expect(queries.length).toBeGreaterThan(5)
    for (const { text, metrics: names, labels } of queries) {
      expect([text, names.length > 0, names.filter((name) => !labelsOf.has(name))]).toEqual([text, true, []])
      const seen = names.flatMap((name) => [...(labelsOf.get(name) ?? [])])
      // What has not happened yet is counted without labels; a type of error, a gate, are on what failed, was refused alone.
      const known = new Set(['job', 'instance', 'error_type', 'gate', ...(seen.length > 0 ? seen : labels)])
      expect([text, labels.filter((label) => !known.has(label))]).toEqual([text, []])
    }
  })

  it('have a runbook for each alert', () => {
    const rules = readFileSync(`${infra}prometheus/rules/imchannel.yml`, 'utf8')
    const page = readFileSync(`${infra}../docs/operations.md`, 'utf8')
    const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name)
    const anchors = [...rules.matchAll(/runbook: docs\/operations\.md#(\w+)/g)].map(([, anchor = '']) => anchor)
    expect(anchors).toEqual(alerts.map((name) => name.toLowerCase()))
    for (const name of alerts) expect(page).toMatch(new RegExp(`^#+ ${name}$`, 'm'))
  })
})

describe('a secret of the configuration', () => {
  it('is nowhere to be found after all that', () => {
    expect(findSecrets({ ...system.secrets, redisPassword }, places())).toEqual([])
  })

  it('would be found: what was planted is, in every place that was searched', () => {
    const all = places()
    const found = (text: string): string[] => findSecrets({ it: text }, all).map(({ place }) => place)
    expect(found(planted)).toEqual(
      expect.arrayContaining(['output of ingress', 'output of dispatcher', 'records in Kafka']),
    )
    expect(found(system.tenant)).toEqual(
      expect.arrayContaining(['exported spans', 'metrics of ingress', 'metrics of dispatcher', 'records in Kafka']),
    )
    expect(found('ImageMessage')).toEqual(expect.arrayContaining(['output of media-server', 'metrics of media-server']))
    expect(found('not_found')).toContain('HTTP answers')
    if (commandLines !== '') expect(found('services/ingress/src/main.ts')).toContain('command lines')
  })
})
