import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { type LocalKafka, startKafka } from '@imchannel/local-stack'
import { selfSignedCert, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createKafkaClient, type KafkaSasl, type KafkaSettings } from '../src/index.ts'
import { createScramUser } from './create-scram-user.ts'
import { publishAll, readAll, startMember, testProducer, testTopic, textOf } from './harness.ts'

const USER = 'alice'
const PASSWORD = 'wonder/land %41'
const { cert, key } = selfSignedCert()
/** Java's property files know line ends as an escape. */
const pem = (text: string) => text.trim().replaceAll('\n', '\\n')
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tls = (listener: string) => ({
  [`listener.name.${listener}.ssl.keystore.type`]: 'PEM',
  [`listener.name.${listener}.ssl.keystore.key`]: pem(key),
  [`listener.name.${listener}.ssl.keystore.certificate.chain`]: pem(cert),
  [`listener.name.${listener}.ssl.truststore.type`]: 'PEM',
  [`listener.name.${listener}.ssl.truststore.certificates`]: pem(cert),
})
let kafka: LocalKafka
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imchannel-kafka-'))
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  kafka = await startKafka({
    dataDir,
    listeners: [
      { name: 'TLS', protocol: 'SSL' },
      { name: 'MTLS', protocol: 'SSL' },
      { name: 'SASL', protocol: 'SASL_SSL' },
    ],
    properties: {
      ...tls('tls'),
      ...tls('mtls'),
      'listener.name.mtls.ssl.client.auth': 'required',
      ...tls('sasl'),
      'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'listener.name.sasl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
      'listener.name.sasl.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.sasl.scram-sha-512.sasl.jaas.config': scram,
      // Takes tokens without a signature, as Kafka has it for trials.
      'listener.name.sasl.oauthbearer.sasl.jaas.config':
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
    },
  })
  await createScramUser(kafka.brokers[0] ?? '', USER, PASSWORD)
}, 180_000)

afterAll(async () => {
  await kafka.kill()
  await rm(dataDir, { recursive: true, force: true })
})

/** Logs are kept, to be searched for secrets. */
function clientFor(listener: string, settings: Partial<KafkaSettings>) {
  const lines: string[] = []
  const client = createKafkaClient(
    { brokers: [kafka.listeners[listener] ?? ''], ssl: { ca: cert }, ...settings },
    {
      clientId: 'security-test',
      retries: 1,
      log: (level, text, fields) => lines.push(`${level} ${text} ${JSON.stringify(fields)}`),
    },
  )
  return { client, lines }
}

async function roundTrip(listener: string, settings: Partial<KafkaSettings>): Promise<void> {
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

function unsignedToken(): string {
  const now = Math.floor(Date.now() / 1000)
  return `${part({ alg: 'none' })}.${part({ sub: USER, iat: now, exp: now + 300 })}.`
}

test('TLS with an authority of its own', () => roundTrip('TLS', {}))

test('TLS with a client certificate', () => roundTrip('MTLS', { ssl: { ca: cert, cert, key: { reveal: () => key } } }))

test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('SASL %s over TLS', (mechanism) =>
  roundTrip('SASL', { sasl: { mechanism, username: USER, password: { reveal: () => PASSWORD } } }),
)

test('SASL oauthbearer with tokens of the caller', () =>
  roundTrip('SASL', { sasl: { mechanism: 'oauthbearer', token: async () => unsignedToken() } }))

test('SASL oauthbearer with tokens of an endpoint', async () => {
  const asked: { authorization: string | undefined; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ access_token: unsignedToken(), token_type: 'bearer', expires_in: 300 }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await roundTrip('SASL', {
    sasl: {
      mechanism: 'oauthbearer',
      tokenEndpoint: `http://127.0.0.1:${port}/token`,
      clientId: 'id',
      clientSecret: PASSWORD,
      scope: 'kafka',
    },
  })
  expect(asked[0]?.body).toBe('grant_type=client_credentials&scope=kafka')
  const [id, secret] = Buffer.from(asked[0]?.authorization?.slice('Basic '.length) ?? '', 'base64')
    .toString()
    .split(':')
  expect([id, decodeURIComponent(secret ?? '')]).toEqual(['id', PASSWORD])
})

test('a wrong password ends the consumer with the reason, is told by the producer, and is in no log', async () => {
  const wrong: KafkaSasl = { mechanism: 'plain', username: USER, password: 'wrong-secret' }
  const { client, lines } = clientFor('SASL', { sasl: wrong })
  const producer = testProducer(client)
  const [result] = await producer.publish([{ topic: uniqueName('topic'), key: 'k', value: 'x' }], { deadlineMs: 1_000 })
  expect(result).toMatchObject({ kind: 'refused', reason: 'timeout' })
  expect(lines.some((line) => /not to be reached.*[Aa]uthentication/.test(line))).toBe(true)
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
