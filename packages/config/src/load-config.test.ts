import { inspect } from 'node:util'
import { selfSignedCert } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { gateModes } from './gate-modes.ts'
import { loadConfig } from './load-config.ts'
import { Secret } from './secret.ts'

const contract = String.raw`
kafka: { brokers: ["127.0.0.1:9092"] }
redis: { url: "redis://user:red-pw@127.0.0.1:6379" }
publicUrl: "https://chat.example.com/"
topics: { outbound: ["imchannel.outbound", "/^acme\\..*$/", { name: "acme.commands", tenant: acme, class: bulk }] }
tenants:
  acme:
    webhookAuth: { type: basic, username: infobip, password: "${'${ACME_WEBHOOK_PASSWORD}'}" }
    mediaTokens: ["${'${file:/run/secrets/token}'}"]
    accounts:
      - baseUrl: "https://xxxx.api.infobip.com"
        apiKey: "${'${ACME_INFOBIP_API_KEY}'}"
        onUnknown: resend
        senders:
          - { number: "+44 7860-099299", scenarioKey: "AAAAAAAAAAAAABC63903B684B3E46C5DD869", messagesPerSecond: 80 }
`
const pair = selfSignedCert()
const env = { ACME_WEBHOOK_PASSWORD: 'hook-pw ${x} "', ACME_INFOBIP_API_KEY: 'api-key' }
const files: Record<string, string> = {
  '/run/secrets/token': 'token-of-media:[x]\n',
  '/tls/cert.pem': pair.cert,
  '/tls/key.pem': pair.key,
  '/tls/other-key.pem': selfSignedCert().key,
  '/empty': '\n',
}

function readFile(path: string): string {
  const text = files[path]
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  return text
}

function load(text: string, variables: Record<string, string> = env) {
  return loadConfig({ text, env: variables, readFile })
}

function config(text: string, variables?: Record<string, string>) {
  const result = load(text, variables)
  if (!result.ok) throw new Error(inspect(result.problems))
  return result.config
}

function problems(text: string, variables?: Record<string, string>): Record<string, string> {
  const result = load(text, variables)
  return result.ok ? {} : Object.fromEntries(result.problems.map(({ path, problem }) => [path, problem]))
}

/** The contract's file with a line taken out or put in its place. */
function changed(from: string, to: string): string {
  if (!contract.includes(from)) throw new Error(`no ${from}`)
  return contract.replace(from, () => to)
}

describe('the contract’s example', () => {
  it('loads into a nested, frozen object with defaults', () => {
    const loaded = config(contract)
    expect(loaded).toMatchObject({
      kafka: { brokers: ['127.0.0.1:9092'] },
      redis: {},
      publicUrl: 'https://chat.example.com',
      topics: {
        prefix: 'imchannel',
        partitions: 12,
        outbound: [
          { topic: 'imchannel.outbound' },
          { topic: /^acme\..*$/ },
          { topic: 'acme.commands', tenant: 'acme', class: 'bulk' },
        ],
      },
      commandMemoryMs: 7 * 86_400_000,
      maxAgeMs: 86_400_000,
      mediaTtlMs: 48 * 3_600_000,
      mediaTtlAfterFetchMs: 24 * 3_600_000,
      logs: { format: 'classic', level: 'info', privacy: 'none' },
      limits: {
        webhookBytes: 32 * 1024 * 1024,
        webhookDeadlineMs: 5_000,
        webhookMemoryMs: 86_400_000,
        aliasMemoryMs: 400 * 86_400_000,
      },
    })
    const [account] = loaded.tenants['acme']?.accounts ?? []
    expect(account).toMatchObject({
      id: 'xxxx.api.infobip.com',
      onUnknown: 'resend',
      unknownAfterMs: 60_000,
      senders: [{ number: '447860099299', messagesPerSecond: 80 }],
    })
    expect(account?.apiKey.reveal()).toBe('api-key')
    expect(loaded.tenants['acme']?.mediaTokens.map((token) => token.reveal())).toEqual(['token-of-media:[x]'])
    expect(Object.isFrozen(account?.senders[0])).toBe(true)
  })

  it('takes a secret as it is, whatever is in it', () => {
    const [way] = config(contract).tenants['acme']?.webhookAuth ?? []
    expect(way?.type === 'basic' && way.password.map((one) => one.reveal())).toEqual([env.ACME_WEBHOOK_PASSWORD])
  })

  it('never prints a secret', () => {
    const printed = [
      inspect(config(contract), { depth: 20, showHidden: true }),
      JSON.stringify(config(contract)),
    ].join()
    for (const secret of ['api-key', 'hook-pw', 'red-pw', 'token-of-media:[x]']) expect(printed).not.toContain(secret)
    const secret = new Secret('plain')
    expect([String(secret), inspect(secret), JSON.stringify(secret)]).toEqual([
      '[redacted]',
      '[redacted]',
      '"[redacted]"',
    ])
  })

  it('has no tenant that is a property of every object', () => {
    expect(config(contract).tenants['constructor']).toBeUndefined()
  })
})

describe('what is wrong', () => {
  it('is all told at once, each with its path and a remedy', () => {
    const result = load(
      `
kafka: { brokrs: [a], brokers: [nonsense], ssl: maybe }
redis: { url: "http://x" }
topics: { outbound: ["bad topic", "/(/", { name: "a.topic", class: urgent }] }
port: 70000
extra: 1
tenants:
  Acme: { webhookAuth: { type: none }, accounts: [] }
  acme:
    webhookAuth: { type: basik }
    mediaTokens: ["\${NOPE}", "\${file:/nope}", "\${file:/empty}", "\${oops", "\${a b}"]
    accounts:
      - { baseUrl: "ftp://x", apiKey: "", senders: [{ number: abc, messagesPerSecond: 0 }, {}] }
`,
    )
    if (result.ok) throw new Error('it was taken')
    expect(Object.fromEntries(result.problems.map(({ path, problem }) => [path, problem]))).toEqual({
      extra: 'is no setting',
      'kafka.brokers[0]': 'must be host:port',
      'kafka.brokrs': 'is no setting',
      'kafka.ssl': 'must be true, false or { ca, cert, key, passphrase, servername }',
      port: 'must be at most 65535',
      publicUrl: 'is missing',
      'redis.url': 'must be a URL that starts with redis:// or rediss://',
      'tenants.Acme': 'must be a tenant name: [a-z0-9][a-z0-9-]{0,62}',
      'tenants.acme.accounts[0].apiKey': 'is empty',
      'tenants.acme.accounts[0].baseUrl':
        'must be a URL that starts with https:// or http://, without user, query and fragment',
      'tenants.acme.accounts[0].senders[0].messagesPerSecond': 'must be a number above 0',
      'tenants.acme.accounts[0].senders[0].number': 'must be a phone number: 3 to 15 digits with the country code',
      'tenants.acme.accounts[0].senders[1].number': 'is missing',
      'tenants.acme.mediaTokens[0]': 'needs the environment variable NOPE, which is not set',
      'tenants.acme.mediaTokens[1]': 'names the file /nope, which cannot be read (ENOENT)',
      'tenants.acme.mediaTokens[2]': 'names the empty file /empty',
      'tenants.acme.mediaTokens[3]': 'has a "${" that begins neither ${NAME} nor ${file:path}',
      'tenants.acme.mediaTokens[4]': 'has a "${" that begins neither ${NAME} nor ${file:path}',
      'tenants.acme.webhookAuth[0].type': 'must have a type: basic, hmac, bearer, header or none',
      'topics.outbound[0].name': 'must be a topic name (letters, digits, ".", "_", "-") or a /regular expression/',
      'topics.outbound[1].name': 'is not a regular expression',
      'topics.outbound[2].class': 'must be one of reply, notification, bulk',
    })
    for (const { remedy } of result.problems) expect(remedy).not.toBe('')
  })

  it.each([
    [
      'an unknown key in a sender',
      changed('messagesPerSecond: 80', 'messagesPerSecond: 80, speed: 1'),
      'tenants.acme.accounts[0].senders[0].speed',
    ],
    [
      'no way to authenticate',
      changed(
        'webhookAuth: { type: basic, username: infobip, password: "${ACME_WEBHOOK_PASSWORD}" }',
        'webhookAuth: []',
      ),
      'tenants.acme.webhookAuth',
    ],
    [
      'a timestamp that is not signed',
      changed(
        'webhookAuth: { type: basic, username: infobip,',
        'webhookAuth: { type: hmac, secret: s, header: X, timestampHeader: T, #',
      ),
      '',
    ],
    [
      'a number in two accounts',
      `${contract}      - { baseUrl: "https://y.example", apiKey: k, senders: [{ number: "00447860099299" }] }\n`,
      'tenants.acme.accounts[1].senders[0].number',
    ],
    ['ids that are forgotten while their commands may wait', `${contract}commandMemory: 2h\n`, 'commandMemory'],
    ['two ways to Redis', changed('redis: {', 'redis: { cluster: { nodes: [{ host: h, port: 1 }] },'), 'redis'],
    [
      'replicas to wait for in a cluster',
      changed(
        'redis: { url: "redis://user:red-pw@127.0.0.1:6379" }',
        'redis: { cluster: { nodes: [{ host: h, port: 1 }] }, waitReplicas: 1 }',
      ),
      'redis.waitReplicas',
    ],
    [
      'a JWT that nobody narrows',
      changed(
        'type: basic, username: infobip, password: "${ACME_WEBHOOK_PASSWORD}"',
        'type: bearer, jwksUrl: "https://idp.example/keys"',
      ),
      'tenants.acme.webhookAuth[0].audience',
    ],
    [
      'a JWT that any customer of its issuer has',
      changed(
        'type: basic, username: infobip, password: "${ACME_WEBHOOK_PASSWORD}"',
        'type: bearer, jwksUrl: "https://idp.example/keys", issuer: "https://idp.example"',
      ),
      'tenants.acme.webhookAuth[0].audience',
    ],
    ...[
      ['bearer', 'type: bearer, token: "we!rd:tok%en"', 'token[0]'],
      ['bearer', 'type: bearer, token: "two words"', 'token[0]'],
      ['header', 'type: header, name: X-Key, value: "pässwörd"', 'value[0]'],
      ['header', 'type: header, name: X-Key, value: "abc "', 'value[0]'],
      ['basic', 'type: basic, username: "a:b", password: "0123456789abcdef"', 'username'],
    ].map(([type, way = '', path]): [string, string, string] => [
      `a secret that no ${type} header can bring (${way})`,
      changed('type: basic, username: infobip, password: "${ACME_WEBHOOK_PASSWORD}"', way),
      `tenants.acme.webhookAuth[0].${path}`,
    ]),
    ['a media token with a space', changed('"${file:/run/secrets/token}"', '"a b"'), 'tenants.acme.mediaTokens[0]'],
    [
      'a media secret that can be found by trying',
      changed('    accounts:', '    mediaSecrets: [0123456789abcde]\n    accounts:'),
      'tenants.acme.mediaSecrets[0]',
    ],
    [
      'an API key that no header carries',
      changed('"${ACME_INFOBIP_API_KEY}"', '"clé"'),
      'tenants.acme.accounts[0].apiKey',
    ],
    [
      'a key word for both',
      changed('    accounts:', '    keywords: { stop: [STOP, Não], start: [start, "nao."] }\n    accounts:'),
      'tenants.acme.keywords.start',
    ],
    [
      'a key word that nobody can write',
      changed('    accounts:', '    keywords: { stop: ["!"] }\n    accounts:'),
      'tenants.acme.keywords.stop[0]',
    ],
    [
      'key words that stop nothing',
      changed('    accounts:', '    keywords: { stop: [] }\n    accounts:'),
      'tenants.acme.keywords.stop',
    ],
    ['a name that would vanish', `${contract}  __proto__: { webhookAuth: { type: none }, accounts: [] }\n`, ''],
    ['a tag', changed('"${ACME_INFOBIP_API_KEY}"', '!abc x'), ''],
    [
      'a variable that every object has',
      changed('${ACME_INFOBIP_API_KEY}', '${toString}'),
      'tenants.acme.accounts[0].apiKey',
    ],
    ['a key given twice', `${contract}publicUrl: "https://y.example"\n`, ''],
    ['a list instead of the table', '- a', ''],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      '',
    ],
  ])('%s is refused under its path', (_case, text, path) => {
    expect(Object.keys(problems(text))).toContain(path)
  })

  it('is told without the value', () => {
    const result = load(
      changed(
        'apiKey: "${ACME_INFOBIP_API_KEY}"',
        'apiKey: "plain-secret"\n        apiKeyy: "plain-secret"\n        bad: [plain-secret',
      ),
    )
    expect(JSON.stringify(result)).not.toContain('plain-secret')
  })
})

describe('a number in no quotes', () => {
  it.each(['0123456789012', '12345678901234567890', '12e5', '0x1F', '1.50', '.inf', '+12', '1234'])(
    'is the secret %s as it is written',
    (written) => {
      const loaded = config(changed('"${ACME_INFOBIP_API_KEY}"', written))
      expect(loaded.tenants['acme']?.accounts[0]?.apiKey.reveal()).toBe(written)
    },
  )

  it('is a number all the same where one is asked for', () => {
    const loaded = config(`${contract}port: 03001\nmaxWaiting: 5_0\n`.replace('5_0', '50'))
    expect([loaded.port, loaded.maxWaiting]).toEqual([3001, 50])
  })
})

describe('the environment', () => {
  it.each(['cluster: { nodes: [{ host: h, port: 1 }] }', 'sentinel: { name: m, nodes: [{ host: h, port: 1 }] }'])(
    'by REDIS_URL takes the place of the whole way to Redis: %s',
    (way) => {
      const text = changed('redis: { url: "redis://user:red-pw@127.0.0.1:6379" }', `redis: { ${way}, waitReplicas: 0 }`)
      const { redis } = config(text, { ...env, REDIS_URL: 'redis://other:1' })
      expect(redis.url?.reveal()).toBe('redis://other:1')
      expect(redis).not.toHaveProperty('cluster')
      expect(redis).not.toHaveProperty('sentinel')
    },
  )

  it('wins over the file', () => {
    const loaded = config(contract, {
      ...env,
      KAFKA_BROKERS: 'a:1, b:2',
      REDIS_URL: 'redis://:p${w@other:6380',
      PUBLIC_URL: 'https://other.example',
      PORT: '4001',
      ADMIN_PORT: '4002',
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'debug',
      LOG_PRIVACY: 'mask',
      KAFKA_TOPIC_PARTITIONS: '6',
    })
    expect(loaded).toMatchObject({
      kafka: { brokers: ['a:1', 'b:2'] },
      publicUrl: 'https://other.example',
      port: 4001,
      adminPort: 4002,
      logs: { format: 'json', level: 'debug', privacy: 'mask' },
      topics: { partitions: 6 },
    })
    expect(loaded.redis.url?.reveal()).toBe('redis://:p${w@other:6380')
  })

  it('stands for what the file leaves out, and for a variable that is not set', () => {
    const text = contract.replace(/^kafka:.*$/m, 'kafka: { brokers: "${KAFKA}" }').replace(/^redis:.*$/m, '')
    expect(config(text, { ...env, KAFKA_BROKERS: 'a:1', REDIS_URL: 'redis://x' }).kafka.brokers).toEqual(['a:1'])
  })

  it('is refused like the file', () => {
    expect(problems(contract, { ...env, PORT: 'abc', LOG_FORMAT: 'xml' })).toEqual({
      port: 'must be a whole number from 0 to 65535',
      'logs.format': 'must be one of classic, json',
    })
  })

  it('that is empty counts as not set', () => {
    expect(config(contract, { ...env, KAFKA_BROKERS: '', PORT: '' }).kafka.brokers).toEqual(['127.0.0.1:9092'])
  })
})

describe('values', () => {
  it.each([
    ['maxAge: 90000', 90_000],
    ['maxAge: "90000"', 90_000],
    ['maxAge: 30s', 30_000],
    ['maxAge: 5m', 300_000],
    ['maxAge: 48h', 172_800_000],
    ['maxAge: 7d', 604_800_000],
  ])('%s is a duration', (line, ms) => {
    expect(config(`${contract}${line}\n`).maxAgeMs).toBe(ms)
  })

  it.each([
    ['mediaBudget: 1048576', 1_048_576],
    ['mediaBudget: 2MiB', 2_097_152],
    ['mediaBudget: "100 MB"', 100_000_000],
  ])('%s is a size', (line, bytes) => {
    expect(config(`${contract}${line}\n`).mediaBudgetBytes).toBe(bytes)
  })

  it.each(['maxAge: soon', 'maxAge: -1', 'maxAge: 1.5h', 'mediaBudget: big', 'maxAge: 400d'])(
    '%s is refused',
    (line) => {
      expect(Object.keys(problems(`${contract}${line}\n`))).toEqual([line.split(':')[0]])
    },
  )

  it('accounts on one host have ids of their own', () => {
    const text = `${contract}      - { baseUrl: "https://xxxx.api.infobip.com", apiKey: k, senders: [] }\n`
    expect(config(text).tenants['acme']?.accounts.map(({ id }) => id)).toEqual([
      'xxxx.api.infobip.com',
      'xxxx.api.infobip.com/1',
    ])
  })

  it('a path in tls means the file', () => {
    const loaded = config(`${contract}tls: { cert: /tls/cert.pem, key: ${JSON.stringify(pair.key)} }\n`)
    // A file's last line end is not its content.
    expect([loaded.tls?.cert, loaded.tls?.key.reveal()]).toEqual([pair.cert.trimEnd(), pair.key])
    expect(problems(`${contract}tls: { cert: /tls/none.pem, key: /tls/cert.pem }\n`)).toEqual({
      'tls.cert': 'names the file /tls/none.pem, which cannot be read (ENOENT)',
    })
  })

  it.each([
    ['cert: /tls/key.pem, key: /tls/key.pem', { 'tls.cert': 'is no certificate' }],
    ['cert: /tls/cert.pem, key: /tls/cert.pem', { 'tls.key': 'is no private key' }],
    ['cert: /tls/cert.pem, key: /tls/other-key.pem', { 'tls.key': 'is not the key of tls.cert' }],
    [
      'cert: /tls/cert.pem, key: /tls/key.pem, clientCa: "-----BEGIN CERTIFICATE-----"',
      { 'tls.clientCa': 'is no certificate' },
    ],
    ['cert: /tls/cert.pem, key: /tls/key.pem, clientCa: /tls/cert.pem', {}],
  ])('tls that cannot be served is refused: %s', (tls, expected) => {
    expect(problems(`${contract}tls: { ${tls} }\n`)).toEqual(expected)
  })

  it.each([
    ['trustedProxies: [10.0.0.0/8, "::1", "2001:db8::/32"]', []],
    ['trustedProxies: [10.0.0.0/33, proxy.example.com, "10.0.0.0/8/8"]', ['[0]', '[1]', '[2]']],
    ['mediaFetch: { allow: [cdn.example.com, "*.cdn2.example.com", localhost, 10.1.2.3, "fd00::/8"] }', []],
    [
      'mediaFetch: { deny: ["https://x.example", "10.0.0.0/99", "a b", "*", "10.0.0.0.1"] }',
      ['[0]', '[1]', '[2]', '[3]', '[4]'],
    ],
  ])('addresses and hosts are what they should be: %s', (line, expected) => {
    const paths = Object.keys(problems(`${contract}${line}\n`))
    expect(paths.map((path) => path.replace(/^[a-zA-Z.]+/, ''))).toEqual(expected)
  })

  it('an escaped reference is text', () => {
    expect(
      config(changed('scenarioKey: "AAAAAAAAAAAAABC63903B684B3E46C5DD869"', 'scenarioKey: "$${A}"')).tenants['acme']
        ?.accounts[0]?.senders[0]?.scenarioKey,
    ).toBe('${A}')
  })
})

describe('warnings', () => {
  it('are given for keys of an issuer that come over http', () => {
    const basic = 'type: basic, username: infobip, password: "${ACME_WEBHOOK_PASSWORD}"'
    const warnings = ['http://idp.example/keys', 'https://idp.example/keys', 'http://127.0.0.1/keys'].map((url) => {
      const result = load(changed(basic, `type: bearer, audience: a, jwksUrl: "${url}"`))
      return result.ok ? result.warnings : [inspect(result.problems)]
    })
    expect(warnings).toEqual([[expect.stringContaining('webhookAuth[0].jwksUrl is http')], [], []])
  })

  it('are given for what is allowed and seldom meant', () => {
    const text = changed('https://chat.example.com/', 'http://chat.example.com')
      .replace('"https://xxxx.api.infobip.com"', '"http://emulator:3010"')
      .replace('type: basic, username: infobip, password: "${ACME_WEBHOOK_PASSWORD}"', 'type: none')
      .replace('tenant: acme', 'tenant: acm')
    const result = load(text)
    expect(result.ok && result.warnings.map((warning) => warning.split(' is ')[0])).toEqual([
      'publicUrl',
      'topics.outbound[2].tenant',
      'tenants.acme.webhookAuth',
      'tenants.acme.accounts[0].baseUrl',
    ])
  })

  it('name a number that two tenants have, secrets that can be guessed, and the demo’s where others reach them', () => {
    const other = contract.slice(contract.indexOf('  acme:')).replace('  acme:', '  other:')
    const two = load(`${contract}${other}`)
    expect(two.ok && two.warnings.filter((line) => line.includes('is the same number as'))).toEqual([
      expect.stringMatching(
        /^tenants\.other\.accounts\[0\]\.senders\[0\]\.number is the same number as tenants\.acme\./,
      ),
    ])
    const weak = load(contract, { ...env, ACME_WEBHOOK_PASSWORD: 'hunter2' })
    expect(weak.ok && weak.warnings).toContainEqual(expect.stringMatching(/^tenants\.acme\.webhookAuth\[0\] has fewer/))
    expect(inspect(weak.ok && weak.warnings)).not.toContain('hunter2')
    const demo = { ...env, ACME_WEBHOOK_PASSWORD: 'demo-webhook-password' }
    const published = ['', 'host: 127.0.0.1\n'].map((host) => {
      const result = load(`${contract}${host}`, demo)
      return result.ok && result.warnings.filter((line) => line.includes('published')).length
    })
    expect(published).toEqual([1, 0])
  })
})

describe('key words', () => {
  it('are off unless set, and cover marketing unless they say more', () => {
    expect(config(contract).tenants['acme']).not.toHaveProperty('keywords')
    const set = changed('    accounts:', '    keywords: { stop: [STOP, SAIR], start: [START] }\n    accounts:')
    expect(config(set).tenants['acme']?.keywords).toEqual({
      stop: ['STOP', 'SAIR'],
      start: ['START'],
      scope: 'marketing',
    })
  })
})

function signedIn(sasl: string): string {
  return changed('brokers: ["127.0.0.1:9092"]', `brokers: ["b:9096"], ssl: true, sasl: ${sasl}`)
}

describe('how Kafka is signed in at', () => {
  const endpoint = 'mechanism: oauthbearer, tokenEndpoint: "https://login.example/token", clientId: app'

  it('may be a workload’s assertion in place of a secret, or AWS’s own credentials', () => {
    expect(config(signedIn(`{ ${endpoint}, clientAssertionFile: /var/run/token }`)).kafka.sasl).toMatchObject({
      clientAssertionFile: '/var/run/token',
    })
    const roleArn = 'arn:aws:iam::123456789012:role/gateway'
    const msk = `{ mechanism: AWS-MSK-IAM, region: eu-central-1, roleArn: "${roleArn}" }`
    expect(config(signedIn(msk)).kafka.sasl).toEqual({ mechanism: 'aws-msk-iam', region: 'eu-central-1', roleArn })
  })

  it.each([
    [`{ ${endpoint} }`, 'clientSecret or clientAssertionFile'],
    [`{ ${endpoint}, clientSecret: s, clientAssertionFile: /f }`, 'not both'],
    ['{ mechanism: aws-msk-iam, region: Frankfurt }', 'a region such as eu-central-1'],
    ['{ mechanism: aws-msk-iam, region: eu-central-1, roleArn: gateway }', 'the ARN of a role'],
    ['{ mechanism: kerberos }', 'oauthbearer or aws-msk-iam'],
  ])('%s is refused', (sasl, said) => {
    expect(Object.values(problems(signedIn(sasl))).join()).toContain(said)
  })
})

describe('gates', () => {
  const sender =
    '- { number: "+44 7860-099299", scenarioKey: "AAAAAAAAAAAAABC63903B684B3E46C5DD869", messagesPerSecond: 80 }'
  const gated = (tenant: string, more: string): string =>
    changed(sender, sender.replace(' }', `${more} }`)).replace('  acme:\n', `  acme:\n    gates: ${tenant}\n`)

  it('are the nearest setting of each, and advise unless set', () => {
    const tenant = config(gated('{ consent: enforce, template: "off" }', ', gates: { consent: "off" }')).tenants['acme']
    const [account] = tenant?.accounts ?? []
    const [one] = account?.senders ?? []
    if (tenant === undefined || account === undefined || one === undefined) throw new Error('no sender')
    expect(gateModes(tenant, account, one)).toEqual({
      window: 'advise',
      consent: 'off',
      template: 'off',
      identity: 'advise',
    })
  })

  it('refuse a window that is enforced for a sender of which not all comes here', () => {
    const path = 'tenants.acme.accounts[0].senders[0].inbound'
    expect(problems(gated('{ window: enforce }', ''))).toEqual({
      [path]: expect.stringContaining('gates.window is enforce'),
    })
    expect(problems(gated('{ window: enforce }', ', inbound: complete'))).toEqual({})
    expect(problems(gated('{ window: enforce }', ', gates: { window: advise }'))).toEqual({})
  })
})

const limited = (text: string): string => changed('  acme:\n', `  acme:\n${text}\n`)

describe('budgets', () => {
  const marketing = '{ per: sender, category: marketing, period: day, messages: 5000, over: enforce }'

  it('are in messages or money, and advise unless set; a limit may be a number alone', () => {
    const money = '{ per: tenant, period: month, amount: 120.5, currency: EUR }'
    const tenant = config(limited(`    budgets: [${marketing}, ${money}]\n    conversationLimit: 20`)).tenants['acme']
    expect(tenant?.budgets).toEqual([
      { per: 'sender', category: 'marketing', period: 'day', messages: 5_000, over: 'enforce' },
      { per: 'tenant', period: 'month', amount: '120.5', currency: 'EUR', over: 'advise' },
    ])
    expect(tenant?.conversationLimit).toEqual({ messages: 20, over: 'advise' })
  })

  it('that cannot be are refused, all of them at once and each with its place', () => {
    const wrong = [
      marketing,
      '{ per: sender, period: day }',
      '{ per: sender, period: day, messages: 5, amount: 3, currency: EUR }',
      '{ per: tenant, period: month, amount: 3 }',
      '{ per: tenant, period: month, amount: "-1", currency: euro }',
      '{ per: tenant, period: year, messages: 0 }',
    ]
    const found = problems(limited(`    budgets: [${wrong.join(', ')}]\n    conversationLimit: { messages: 0 }`))
    expect(Object.keys(found).map((path) => path.replace('tenants.acme.', ''))).toEqual(
      expect.arrayContaining([
        'budgets[1]',
        'budgets[2]',
        'budgets[3].currency',
        'budgets[4].amount',
        'budgets[4].currency',
        'budgets[5].period',
        'budgets[5].messages',
        'conversationLimit.messages',
      ]),
    )
  })

  it('that count the same are refused', () => {
    const found = problems(limited(`    budgets: [${marketing}, ${marketing.replace('5000', '6000')}]`))
    expect(found).toEqual({ 'tenants.acme.budgets[1]': expect.stringContaining('sender/day/messages/marketing') })
  })
})
