import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type SecureKafka,
  startSecureKafka,
  startTokenEndpoint,
  uniqueName,
  unsignedToken,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createKafkaClient, type KafkaSasl, type KafkaSettings } from '../src/index.ts'
import { publishAll, readAll, startMember, testProducer, testTopic, textOf } from './harness.ts'

const USER = 'alice'
const PASSWORD = 'wonder/land %41'
let kafka: SecureKafka

beforeAll(async () => {
  kafka = await startSecureKafka({ users: { [USER]: PASSWORD } })
}, 180_000)

afterAll(() => kafka[Symbol.asyncDispose]())

/** Logs are kept, to be searched for secrets. */
function clientFor(listener: keyof SecureKafka['listeners'], settings: Partial<KafkaSettings>) {
  const lines: string[] = []
  const client = createKafkaClient(
    { brokers: [kafka.listeners[listener]], ssl: { ca: kafka.cert }, ...settings },
    {
      clientId: 'security-test',
      retries: 1,
      log: (level, text, fields) => lines.push(`${level} ${text} ${JSON.stringify(fields)}`),
    },
  )
  return { client, lines }
}

async function roundTrip(listener: keyof SecureKafka['listeners'], settings: Partial<KafkaSettings>): Promise<void> {
  const { client, lines } = clientFor(listener, settings)
  const topic = await testTopic(client, 1)
  await publishAll(testProducer(client), topic, [['k', 'x']])
  const seen: string[] = []
  const { consumer } = startMember(client, {
    groupId: uniqueName('group'),
    topics: [topic],
    handle: async (record) => {
      seen.push(textOf(record))
      return { kind: 'done' }
    },
  })
  await waitUntil(() => seen.length === 1 && consumer.lag()[0]?.lag === 0)
  expect((await readAll(client, topic)).map(textOf)).toEqual(['x'])
  expect(lines.join('\n')).not.toContain(PASSWORD)
}

test('TLS with an authority of its own', () => roundTrip('TLS', {}))

test('TLS with a client certificate', () => {
  const { cert, key } = kafka
  return roundTrip('MTLS', { ssl: { ca: cert, cert, key: { reveal: () => key } } })
})

test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('SASL %s over TLS', (mechanism) =>
  roundTrip('SASL', { sasl: { mechanism, username: USER, password: { reveal: () => PASSWORD } } }),
)

test('SASL oauthbearer with tokens of the caller', () =>
  roundTrip('SASL', { sasl: { mechanism: 'oauthbearer', token: async () => unsignedToken(USER) } }))

test('SASL oauthbearer with tokens of an endpoint', async () => {
  await using endpoint = await startTokenEndpoint(USER)
  await roundTrip('SASL', {
    sasl: {
      mechanism: 'oauthbearer',
      tokenEndpoint: endpoint.url,
      clientId: 'id',
      clientSecret: PASSWORD,
      scope: 'kafka',
    },
  })
  expect(endpoint.asked[0]?.body).toBe('grant_type=client_credentials&scope=kafka')
  const [id, secret] = Buffer.from(endpoint.asked[0]?.authorization?.slice('Basic '.length) ?? '', 'base64')
    .toString()
    .split(':')
  expect([id, decodeURIComponent(secret ?? '')]).toEqual(['id', PASSWORD])
})

test('SASL oauthbearer as a workload whose identity is in a file', async () => {
  await using endpoint = await startTokenEndpoint(USER)
  const folder = await mkdtemp(join(tmpdir(), 'assertion-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const clientAssertionFile = join(folder, 'token')
  await writeFile(clientAssertionFile, PASSWORD)
  await roundTrip('SASL', {
    sasl: { mechanism: 'oauthbearer', tokenEndpoint: endpoint.url, clientId: 'id', clientAssertionFile },
  })
  expect(new URLSearchParams(endpoint.asked[0]?.body).get('client_assertion')).toBe(PASSWORD)
})

test('a wrong password ends the consumer with the reason, is told by the producer, and is in no log', async () => {
  const wrong: KafkaSasl = { mechanism: 'plain', username: USER, password: 'wrong-secret' }
  const { client, lines } = clientFor('SASL', { sasl: wrong })
  const producer = testProducer(client)
  const [result] = await producer.publish([{ topic: uniqueName('topic'), key: 'k', value: 'x' }], { deadlineMs: 1_000 })
  expect(result).toMatchObject({ kind: 'refused', reason: 'timeout' })
  await waitUntil(() => lines.some((line) => /not to be reached.*[Aa]uthentication/.test(line)))
  const { consumer, events } = startMember(client, {
    groupId: uniqueName('group'),
    topics: [uniqueName('topic')],
    handle: async () => ({ kind: 'done' }),
  })
  await waitUntil(() => events.some((event) => event.kind === 'fatal'))
  expect(consumer.isAlive()).toBe(false)
  expect(lines.join('\n')).not.toContain('wrong-secret')
})

test('a certificate that nobody vouches for is not trusted', async () => {
  const { client, lines } = clientFor('TLS', { ssl: true })
  const [result] = await testProducer(client).publish([{ topic: uniqueName('topic'), key: 'k', value: 'x' }], {
    deadlineMs: 500,
  })
  expect(result?.kind).toBe('refused')
  await waitUntil(() => lines.some((line) => /self-signed certificate/.test(line)))
})
