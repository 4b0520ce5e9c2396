import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from './load-config.ts'

const base = {
  kafka: { brokers: ['a:1'] },
  redis: { url: 'redis://x' },
  publicUrl: 'https://chat.example.com',
  tenants: { acme: { webhookAuth: { type: 'none' }, accounts: [] } },
}
const SECRET = 'SECRET_PLACE'

const grants = [{ to: '*', role: 'viewer' }]

/** A file with the placeholder at each setting that is a secret, and a mistake elsewhere. */
const files: Record<string, object> = {
  basic: withAcme({ webhookAuth: { type: 'basic', username: 'u', password: SECRET } }),
  hmac: withAcme({ webhookAuth: { type: 'hmac', header: 'x-sig', secret: SECRET } }),
  bearer: withAcme({ webhookAuth: { type: 'bearer', token: SECRET } }),
  header: withAcme({ webhookAuth: { type: 'header', name: 'x-key', value: SECRET } }),
  'media token': withAcme({ mediaTokens: [SECRET] }),
  'media secret': withAcme({ mediaSecrets: [SECRET] }),
  'API key': withAcme({ accounts: [{ baseUrl: 'https://x.example', apiKey: SECRET, senders: [] }] }),
  'Redis URL': { ...base, redis: { url: SECRET } },
  'Redis password': { ...base, redis: { cluster: { nodes: [{ host: 'h', port: 1 }], password: SECRET } } },
  'Kafka password': {
    ...base,
    kafka: { brokers: ['a:1'], sasl: { mechanism: 'plain', username: 'u', password: SECRET } },
  },
  'Kafka client secret': {
    ...base,
    kafka: {
      brokers: ['a:1'],
      sasl: { mechanism: 'oauthbearer', tokenEndpoint: 'https://x.example', clientId: 'c', clientSecret: SECRET },
    },
  },
  'Kafka key': { ...base, kafka: { brokers: ['a:1'], ssl: { key: SECRET } } },
  'console password': withConsole({ kind: 'basic', users: [{ name: 'ana', password: SECRET }], grants }),
  'console client secret': withConsole({
    kind: 'oidc',
    issuer: 'https://x.example',
    clientId: 'c',
    clientSecret: SECRET,
    grants,
  }),
  'TLS key': { ...base, tls: { cert: 'x', key: SECRET } },
}

function withConsole(auth: object): object {
  return { ...base, console: { url: 'https://c.example', auth } }
}

function withAcme(settings: object): object {
  return { ...base, tenants: { acme: { ...base.tenants.acme, ...settings } } }
}

/** Four letters of a random key are a part of some word now and then (`ile ` of "file "), eight are not. */
const SHORT_PART = 4
const PART_OF_A_KEY = 8
const SHORTEST_KEY = 80

/** Parts of the secret that stand in a text, and not in what is said in any case. */
function partsOf(secret: string, text: string, usual: string): string[] {
  const size = secret.length < SHORTEST_KEY ? SHORT_PART : PART_OF_A_KEY
  return Array.from({ length: Math.max(secret.length - size + 1, 0) }, (_, at) => secret.slice(at, at + size)).filter(
    (part) => text.includes(part) && !usual.includes(part),
  )
}

function readFile(): string {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
}

function said(text: string, env: Record<string, string>): string {
  const result = loadConfig({ text: `${text}\nunknown: 1\n`, env, readFile })
  if (result.ok) throw new Error('the mistake is a problem')
  return JSON.stringify(result.problems)
}

/** Letters that no message is made of, among what YAML, paths and references are made of, and the frames of keys. */
const SIGNS = '* & ! | > % @ ` # { } [ ] , : ? - " \' \\ / $ . ='
const bytes = fc.string({
  unit: fc.constantFrom(...`ж щ 漢 🂡 MII LS0t ${SIGNS} 0 1 2 3 4 5 6 7 8 9`.split(' '), ' ', '\n', '\t'),
  minLength: 1,
  maxLength: 60,
})
const keys = fc.uint8Array({ minLength: 60, maxLength: 120 }).map((key) => Buffer.from(key).toString('base64'))
const secrets = fc.oneof(
  bytes,
  bytes.map((text) => `/${text}`),
  bytes.map((text) => `*${text}`),
  keys,
)

test.each(Object.entries(files))('no part of a %s is in an error, whatever it is', (_name, file) => {
  const text = stringify(file)
  const usual = said(text, {})
  fc.assert(
    fc.property(secrets, (secret) => {
      const inFile = text.replaceAll(SECRET, () => JSON.stringify(secret))
      const bare = text.replaceAll(SECRET, () => secret)
      const byVariable = text.replaceAll(SECRET, () => "'${THE_SECRET}'")
      const told = [said(inFile, {}), said(bare, {}), said(byVariable, { THE_SECRET: secret })].join('\n')
      expect(partsOf(secret.replaceAll(/[\s"'\\[\]{}:,.\d]/g, ' '), told, `${usual} THE_SECRET`)).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('a key in base64 or without its frame, and a password that begins with "*", are not told', () => {
  const pem = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7+/secretsecret'
  for (const key of [Buffer.from(pem).toString('base64'), pem, `a/${pem}`]) {
    expect(
      said(
        stringify(files['TLS key']).replaceAll(SECRET, () => "'${TLS_KEY}'"),
        { TLS_KEY: key },
      ),
    ).not.toContain(key.slice(10, 20))
  }
  const aliased = said(stringify(files['basic']).replaceAll(SECRET, '*hunter2-secret'), {})
  expect(aliased).not.toContain('hunter2')
  expect(aliased).toMatch(/line \d+, column \d+: an alias has no anchor/)
})
