import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalKafka, startKafka } from '@imchannel/local-stack'
import { answerWith } from './answer-with.ts'
import { createScramUser } from './create-scram-user.ts'
import { selfSignedCert } from './self-signed-cert.ts'

/** A real broker with listeners as people have them: TLS, TLS with client certificates, and SASL over TLS by every mechanism. */
export interface SecureKafka extends AsyncDisposable {
  /** The plain listener, whose user (`ANONYMOUS`) is the one that brokers use among themselves. */
  readonly brokers: string[]
  readonly listeners: Readonly<Record<'TLS' | 'MTLS' | 'SASL', string>>
  /** Its own authority; the same pair is the client's for `MTLS`. */
  readonly cert: string
  readonly key: string
}

export interface SecureKafkaOptions {
  /** By user name: who may come by PLAIN and SCRAM, with which password. */
  users: Readonly<Record<string, string>>
  /** Further settings of the broker. */
  properties?: Readonly<Record<string, string>>
}

export async function startSecureKafka({ users, properties = {} }: SecureKafkaOptions): Promise<SecureKafka> {
  const { cert, key } = selfSignedCert()
  const dataDir = await mkdtemp(join(tmpdir(), 'imchannel-kafka-'))
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const plain = Object.entries(users).map(([name, password]) => ` user_${name}="${password}"`)
  const kafka: LocalKafka = await startKafka({
    dataDir,
    listeners: [
      { name: 'TLS', protocol: 'SSL' },
      { name: 'MTLS', protocol: 'SSL' },
      { name: 'SASL', protocol: 'SASL_SSL' },
    ],
    properties: {
      ...tls('tls', { cert, key }),
      ...tls('mtls', { cert, key }),
      'listener.name.mtls.ssl.client.auth': 'required',
      ...tls('sasl', { cert, key }),
      'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'listener.name.sasl.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required${plain.join('')};`,
      'listener.name.sasl.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.sasl.scram-sha-512.sasl.jaas.config': scram,
      // Takes tokens without a signature, as Kafka has it for trials.
      'listener.name.sasl.oauthbearer.sasl.jaas.config':
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
      ...properties,
    },
  })
  for (const [name, password] of Object.entries(users)) await createScramUser(kafka.brokers[0] ?? '', name, password)
  const { TLS = '', MTLS = '', SASL = '' } = kafka.listeners
  return {
    brokers: kafka.brokers,
    listeners: { TLS, MTLS, SASL },
    cert,
    key,
    [Symbol.asyncDispose]: async () => {
      await kafka.kill()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A token for OAUTHBEARER that says who one is, and nobody has signed. */
export function unsignedToken(subject: string): string {
  const now = Math.floor(Date.now() / 1000)
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now, exp: now + 300 })}.`
}

/** A token endpoint (OAuth 2 client credentials) that believes everybody, and what it was asked. */
export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string
  readonly asked: readonly { authorization: string | undefined; body: string }[]
}

export async function startTokenEndpoint(subject: string): Promise<TokenEndpoint> {
  const asked: { authorization: string | undefined; body: string }[] = []
  const server = await answerWith((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ access_token: unsignedToken(subject), token_type: 'bearer', expires_in: 300 }))
    })
  })
  return { url: `${server.url}/token`, asked, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

function tls(listener: string, { cert, key }: { cert: string; key: string }): Record<string, string> {
  return {
    [`listener.name.${listener}.ssl.keystore.type`]: 'PEM',
    [`listener.name.${listener}.ssl.keystore.key`]: pem(key),
    [`listener.name.${listener}.ssl.keystore.certificate.chain`]: pem(cert),
    [`listener.name.${listener}.ssl.truststore.type`]: 'PEM',
    [`listener.name.${listener}.ssl.truststore.certificates`]: pem(cert),
  }
}

/** Java's property files know line ends as an escape. */
function pem(text: string): string {
  return text.trim().replaceAll('\n', '\\n')
}
