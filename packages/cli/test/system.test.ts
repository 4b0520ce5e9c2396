import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conversationKey, encodeEvent, eventIds, topics as topicsOf } from '@imchannel/events'
import { createKafkaClient, createProducer } from '@imchannel/kafka'
import { createRedis } from '@imchannel/redis'
import { startTestSystem, type TestSystem, testStack, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callCli, type CallOptions, type CliOutcome } from './support/call-cli.ts'
import { createRedisUser, type RedisUser } from './support/redis-user.ts'

let system: TestSystem
let folder: string
let redisUser: RedisUser

/** As operators run it where each has a user of their own. */
function cli(args: readonly string[], options?: CallOptions): Promise<CliOutcome> {
  return callCli(['--config', system.configFile, ...args], { env: { REDIS_URL: redisUser.url }, ...options })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-cli-'))
  redisUser = await createRedisUser(testStack().redisUrl)
  system = await startTestSystem({ env: { KAFKA_TOPIC_PARTITIONS: '12' } })
})
afterAll(async () => {
  await system?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function fault(body: object): Promise<void> {
  const answer = await fetch(`${system.urls.emulator}/_emulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.ok).toBe(true)
}

/** 1 × 1 pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('the running system', () => {
  test('is found to be well, and its topics are those of "topics create"', async () => {
    const { code, out } = await cli(['doctor'])
    expect(out).toContain('0 problems')
    expect(out).toContain('A media item comes out at')
    expect(out).toContain('Infobip knows the scenarios')
    expect(code).toBe(0)
    const checked = await cli(['topics', 'check', '--json'])
    const texts = checked.json<{ findings: { text: string }[] }>()[0]?.findings.map(({ text }) => text) ?? []
    expect(texts.filter((text) => text.includes('MiB') || text.includes('partitions,'))).toEqual([])
    // Those beside sending are made while the dispatcher is at work already.
    await waitUntil(async () => !(await cli(['topics', 'check'])).out.includes('is not there'))
    const created = await cli(['topics', 'create', '--json'])
    expect(created.json()).toMatchObject([{ created: [], missing: [] }])
  })

  test('a message is sent and followed until it is seen; the conversation shows both sides with timings', async () => {
    const customer = uniqueNumber()
    const stop = new AbortController()
    let tailed = ''
    const tail = cli(['tail', 'inbound', '--since', '1m', '--conversation', `+${customer}`], {
      signal: stop.signal,
      onOut: (text) => (tailed += text),
    })
    await system.customerWrites({ from: customer, name: 'Teresa Gomes', text: 'Oh well' })
    await waitUntil(() => tailed.includes('Oh well'), { what: 'tail shows what the customer wrote' })
    stop.abort()
    expect((await tail).code).toBe(0)
    expect((await tail).json()).toMatchObject([
      { type: 'imchannel.message.received.v1', data: { content: { text: 'Oh well' } } },
    ])

    const sent = await cli(['send', 'text', 'Good day', '--to', `+${customer}`, '--id', 'cli-test-1', '--wait', 'seen'])
    expect(sent.code, sent.err).toBe(0)
    expect(sent.json().map(({ event }) => event)).toEqual(
      expect.arrayContaining(['written', 'imchannel.message.accepted.v1', 'imchannel.message.seen.v1']),
    )

    // A diagnosis, which nothing waits for.
    const told = async (): Promise<boolean> => (await cli(['conversation', customer])).out.includes('"attempts"')
    await waitUntil(told, { what: 'the request' })
    const history = await cli(['conversation', customer])
    expect(history.json()).toMatchObject([
      { direction: 'in', name: 'Teresa Gomes', content: { type: 'text', text: 'Oh well' } },
      {
        direction: 'out',
        commandId: 'cli-test-1',
        content: { text: 'Good day' },
        state: 'seen',
        steps: expect.arrayContaining([expect.objectContaining({ state: 'delivered' })]),
        attempts: [expect.objectContaining({ attempt: 1, outcome: 'accepted', httpStatus: 200 })],
      },
    ])
    const forPeople = await cli(['conversation', customer, '--pretty', '--all-partitions', '--since', '1h'])
    expect(forPeople.out).toMatch(/← Teresa Gomes: Oh well\n.*→ Good day\n\s+seen: accepted \+.*\n\s+request 1, POST /)
  })

  test('a command in a file is explained: what would be done, with the facts that say so, and nothing is sent', async () => {
    const file = join(folder, 'command.json')
    const customer = uniqueNumber()
    // Whose it is and from which number, as the command line takes them from the configuration.
    const written = await cli(['send', 'text', 'whose', '--to', customer, '--validate-only'])
    const [{ tenant, from } = {}] = written.json<{ tenant: string; from: string }>()
    const content = { type: 'text', text: 'Only to be judged' }
    await writeFile(file, JSON.stringify({ id: 'never-sent', tenant, from, to: customer, content }))
    const explained = await cli(['explain', file, '--json'])
    expect(explained.code, explained.err).toBe(0)
    expect(explained.json()).toMatchObject([
      {
        decision: {
          verdict: 'send',
          form: 'content',
          facts: expect.arrayContaining([{ fact: 'recipient', value: 'phone number' }]),
        },
      },
    ])
    expect((await cli(['explain', join(folder, 'no-such-file.json')])).code).toBe(2)
  })

  test('a file is put, sent as an image, fetched and got back', async () => {
    const file = join(folder, 'NFO_resized.png')
    await writeFile(file, PNG)
    const put = await cli(['media', 'put', file, '--json'])
    const [media] = put.json<{ id: string; url: string; size: number }>()
    expect(media).toMatchObject({ size: PNG.length, contentType: 'image/png', filename: 'NFO_resized.png' })
    expect((await fetch(media?.url ?? '', { method: 'HEAD' })).status).toBe(200)

    const customer = uniqueNumber()
    await system.customerWrites({ from: customer, text: 'A picture, please' })
    const sent = await cli([
      'send',
      'image',
      media?.id ?? '',
      '--to',
      customer,
      '--caption',
      'Here',
      '--wait',
      'delivered',
    ])
    expect(sent.code, sent.out + sent.err).toBe(0)
    const fromFile = await cli(['send', 'image', file, '--to', customer, '--wait'])
    expect(fromFile.code, fromFile.err).toBe(0)

    const copy = join(folder, 'copy.png')
    expect((await cli(['media', 'get', media?.id ?? '', '-o', copy])).code).toBe(0)
    expect(await readFile(copy)).toEqual(PNG)
    expect((await cli(['media', 'get', media?.id ?? ''])).bytes).toEqual(PNG)
    expect((await cli(['media', 'remove', media?.id ?? ''])).code).toBe(0)
    expect((await cli(['media', 'show', media?.id ?? ''])).code).toBe(1)
  })

  test('a rejected command exits with 1, and is sent once by a replay, whoever asks again', async () => {
    const customer = uniqueNumber()
    await system.customerWrites({ from: customer, text: 'Hello?' })
    await fault({ action: 'reject', statusId: 8, to: customer, count: 1 })
    const sent = await cli(['send', 'text', 'Once more', '--to', customer, '--id', 'cli-rejected', '--wait'])
    expect(sent.code, sent.err).toBe(1)
    await waitUntil(async () => (await cli(['deadletter', 'list', '--id', 'cli-rejected'])).json().length === 1, {
      what: 'the dead letter',
    })
    const replayed = await cli(['deadletter', 'replay', '--id', 'cli-rejected', '--yes', '--json'])
    expect(replayed.json()).toMatchObject([{ matched: 1, replayed: 1, left: {} }])
    await waitUntil(
      async () => {
        const [, out] = (await cli(['conversation', customer])).json<{ steps?: { state: string }[] }>()
        return out?.steps?.some(({ state }) => state === 'accepted')
      },
      { what: 'the replayed command is accepted' },
    )
    const again = await cli(['deadletter', 'replay', '--id', 'cli-rejected', '--yes', '--json'])
    expect(again.json()).toMatchObject([{ matched: 1, replayed: 0, left: { accepted: 1 } }])
  })

  test('an unrecognised webhook that is understood now goes through ingress once, what is not is left', async () => {
    const { tenant, number, topicPrefix, brokers } = system
    const customer = uniqueNumber()
    const text = `{"results":[{"from":"${customer}","to":"${number}","integrationType":"WHATSAPP","receivedAt":"2025-02-27T15:44:57.000+0000","messageId":"wamid.${customer}","message":{"type":"TEXT","text":"Understood"},"price":{"pricePerMessage":0.10000000000000000001,"currency":"EUR"}}],"messageCount":1,"pendingMessageCount":0}`
    const producer = createProducer(createKafkaClient({ brokers }, { clientId: 'cli-test' }))
    const records = [text, text, '{"results":[{"what":"is this"}]}'].map((raw) =>
      encodeEvent(
        {
          type: 'imchannel.webhook.unrecognised.v1',
          id: eventIds.ofBytes('webhook.unrecognised', tenant, raw),
          tenant,
          key: conversationKey({ tenant, business: undefined, customer: undefined }),
          time: '2025-02-27T15:44:58.000Z',
          data: { tenant, code: 'unknown_kind', reason: 'nobody knows', receivedAt: '2025-02-27T15:44:58.000Z' },
          verbatim: { raw },
        },
        topicsOf(topicPrefix),
      ),
    )
    await producer.publish(records)
    await producer.close()
    const listed = await cli(['unrecognised', 'list', '--tenant', tenant])
    expect(listed.json()).toHaveLength(3)
    const shown = await cli(['unrecognised', 'show', listed.json<{ place: string }>()[0]?.place ?? ''])
    expect(shown.json()).toMatchObject([{ text, understoodAs: ['message'] }])

    const ingress = ['--ingress', system.urls.ingress]
    const dry = await cli(['unrecognised', 'replay', ...ingress, '--json'])
    expect(dry.json()).toMatchObject([{ understood: 1, replayed: 0, left: { stillNotUnderstood: 1, repeated: 1 } }])
    const replayed = await cli(['unrecognised', 'replay', ...ingress, '--yes', '--json'])
    expect(replayed.json(), replayed.err).toMatchObject([{ replayed: 1, kinds: { message: 1 } }])
    const tail = await cli(['tail', 'inbound', '--no-follow', '--conversation', customer])
    expect(tail.json()).toMatchObject([
      { data: { content: { text: 'Understood' }, price: { pricePerMessage: '0.10000000000000000001' } } },
    ])
    const nowhere = await cli(['unrecognised', 'replay', '--ingress', 'http://127.0.0.1:9', '--yes'])
    expect(nowhere.code).toBe(1)
    expect(nowhere.err).toContain('does not answer')
  })

  test('replay copies a stretch of a topic as it is, and refuses one from which messages are sent', async () => {
    const { topicPrefix, brokers } = system
    const { inbound, outbound } = topicsOf(topicPrefix)
    const into = `${topicPrefix}.copy`
    const missing = await cli(['replay', '--topic', inbound, '--into', into, '--yes'])
    expect(missing.code).toBe(1)
    const { ensureTopics } = await import('@imchannel/kafka')
    await ensureTopics(createKafkaClient({ brokers }, { clientId: 'cli-test' }), [
      { name: into, partitions: 1, replication: 1 },
    ])
    const from = new Date(Date.now() - 3_600_000).toISOString()
    await system.customerWrites({ from: uniqueNumber(), text: 'To be copied' })
    const matched = await waitUntil(
      async () => {
        const dry = await cli(['replay', '--topic', inbound, '--into', into, '--from', from, '--json'])
        const [{ matched } = { matched: 0 }] = dry.json<{ matched: number }>()
        return matched > 0 && matched
      },
      { what: 'what the customer wrote is to be copied' },
    )
    const stretch = ['replay', '--topic', inbound, '--into', into]
    const earlier = await cli([...stretch, '--to', from, '--yes', '--json'])
    expect(earlier.json()).toEqual([{ matched: 0, copied: 0, unreadable: 0 }])
    const done = await cli([...stretch, '--from', from, '--yes', '--json'])
    expect(done.json()).toEqual([{ matched, copied: matched, unreadable: 0, failed: {} }])
    expect((await cli(['replay', '--topic', inbound, '--into', outbound, '--yes'])).code).toBe(2)
    expect((await cli(['replay', '--topic', inbound, '--into', inbound, '--yes'])).code).toBe(2)
  })

  test('doctor --try-duplicate tells whether Infobip refuses a second message of one id, and asks first', async () => {
    const customer = uniqueNumber()
    await system.customerWrites({ from: customer, text: 'Hello?' })
    let asked = ''
    const refused = await cli(['doctor', '--try-duplicate', customer], {
      ask: async (question) => {
        asked = question
        return 'n'
      },
    })
    expect(asked).toContain('Send them?')
    expect(refused).toMatchObject({ code: 0, out: '' })
    const { code, out, err } = await cli(['doctor', '--try-duplicate', customer, '--gap', '10ms', '--yes'])
    expect(code, err).toBe(0)
    expect(out).toContain('refused the second message as a duplicate')
    expect((await cli(['doctor', '--try-duplicate', 'nobody', '--yes'])).code).toBe(2)
  })

  test('forget removes ledger, aliases and media of one customer, and tells what Kafka holds until when', async () => {
    const { tenant, number } = system
    const [customer, other] = [uniqueNumber(), uniqueNumber()]
    const bsuid = `PT.${customer}`
    await system.customerWrites({ from: customer, userId: bsuid, text: 'Remember me' })
    await system.customerWrites({ from: other, text: 'Me too' })
    const file = join(folder, 'own.png')
    await writeFile(file, PNG)
    for (const to of [customer, other]) {
      expect((await cli(['send', 'image', file, '--to', to, '--wait'])).code).toBe(0)
    }
    const redis = createRedis({ url: testStack().redisUrl }, { name: 'cli-test', onError: () => undefined })
    try {
      const alias = `imc:alias:${tenant}:${number}:${bsuid}`
      await waitUntil(async () => (await redis.get(alias)) === customer, { what: 'ingress knows the BSUID' })
      const dry = await cli(['forget', tenant, bsuid, '--json'])
      expect(dry.json()).toMatchObject([{ done: false, ledger: 1, aliases: 1, inboundMedia: 0 }])
      const { code, json, err } = await cli(['forget', tenant, `+${customer}`, '--yes', '--json'])
      expect(code, err).toBe(0)
      const [report] = json<{ media: string[]; kafka: { topic: string; goneBy: string }[] }>()
      expect(report).toMatchObject({
        done: true,
        ledger: 1,
        open: 0,
        aliases: 1,
        customer: expect.arrayContaining([customer, bsuid]),
      })
      expect(report?.media).toHaveLength(1)
      expect(report?.kafka.map(({ topic }) => topic)).toEqual(
        expect.arrayContaining(['inbound', 'status', 'outbound'].map((name) => `${system.topicPrefix}.${name}`)),
      )
      expect(report?.kafka.every(({ goneBy }) => Date.parse(goneBy) > Date.now())).toBe(true)
      expect(await redis.get(alias)).toBeNull()
      const after = await cli(['forget', tenant, customer, '--no-kafka', '--yes', '--json'])
      expect(after.json()).toMatchObject([{ done: false, ledger: 0, aliases: 0, media: [] }])
      const untouched = await cli(['forget', tenant, other, '--no-kafka', '--json'])
      expect(untouched.json()).toMatchObject([{ ledger: 1, media: [expect.any(String)] }])
    } finally {
      redis.disconnect()
    }
  })

  test('has denied nothing of all this to the Redis user of the command line', async () => {
    expect(await redisUser.denied()).toEqual([])
  })
})
