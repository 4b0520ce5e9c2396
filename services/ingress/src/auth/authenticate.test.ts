import { createHmac } from 'node:crypto'
import { loadConfig, type WebhookAuth } from '@imchannel/config'
import { answerWith, type LocalServer } from '@imchannel/testkit'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { authenticate, type BodyJudge, type BodyVerdict } from './authenticate.ts'

const body = Buffer.from('{"results":[{"price":{"pricePerMessage":0.000000}}]}')
const nowMs = 1_700_000_000_000
const fromInfobip = '193.105.74.10'

/** The ways as the configuration file gives them: what it would refuse is no case. */
function waysOf(webhookAuth: unknown): readonly WebhookAuth[] {
  const text = JSON.stringify({
    kafka: { brokers: 'x:1' },
    redis: { url: 'redis://x' },
    publicUrl: 'https://x.example',
    tenants: { acme: { webhookAuth, accounts: [] } },
  })
  const result = loadConfig({ text, env: {}, readFile: () => '' })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.config.tenants['acme']?.webhookAuth ?? []
}

async function judge(
  webhookAuth: unknown,
  headers: Record<string, string | readonly string[]>,
  given: { body?: Buffer; address?: string } = {},
): Promise<string> {
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]))
  const verdict = await authenticate(waysOf(webhookAuth), { rawHeaders, address: given.address ?? fromInfobip, nowMs })
  const final = verdict.outcome === 'needsBody' ? judgeBody(verdict.beginCheck(), given.body ?? body) : verdict
  if (final.outcome === 'accepted') return 'accepted'
  return `${final.outcome === 'unavailable' ? 'unavailable: ' : ''}${final.reasons.join(', ')}`
}

/** In pieces, as a body comes. */
function judgeBody(judge: BodyJudge, bytes: Buffer): BodyVerdict {
  for (let at = 0; at < bytes.length; at += 7) judge.update(bytes.subarray(at, at + 7))
  return judge.end()
}

const basicOf = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

describe('basic', () => {
  const way = { type: 'basic', username: 'infobip', password: ['pässword:1', 'next'] }
  it.each([
    ['right', basicOf('infobip', 'pässword:1'), 'accepted'],
    ['right with the second password', basicOf('infobip', 'next'), 'accepted'],
    [
      'right in another case of the scheme',
      { authorization: basicOf('infobip', 'next').authorization.replace('Basic', 'bASIC') },
      'accepted',
    ],
    ['wrong password', basicOf('infobip', 'wrong'), 'basic: wrong credentials'],
    ['wrong user', basicOf('other', 'next'), 'basic: wrong credentials'],
    ['sent twice', { authorization: [basicOf('infobip', 'next').authorization, 'Basic x'] }, 'basic: no credentials'],
    ['empty password', basicOf('infobip', ''), 'basic: wrong credentials'],
    ['missing', {}, 'basic: no credentials'],
    [
      'no colon',
      { authorization: `Basic ${Buffer.from('infobip').toString('base64')}` },
      'basic: malformed credentials',
    ],
    ['no base64', { authorization: 'Basic §§§' }, 'basic: malformed credentials'],
    ['another scheme', { authorization: 'Bearer next' }, 'basic: malformed credentials'],
  ])('%s', async (_case, headers, expected) => {
    expect(await judge(way, headers as Record<string, string>)).toBe(expected)
  })
})

describe('a secret header', () => {
  const way = { type: 'header', name: 'X-Webhook-Secret', value: ['one', 'two'] }
  it.each([
    ['right', { 'x-webhook-secret': 'one' }, 'accepted'],
    ['right with the second', { 'x-webhook-secret': 'two' }, 'accepted'],
    ['wrong', { 'x-webhook-secret': 'three' }, 'header: wrong credentials'],
    ['sent twice', { 'x-webhook-secret': 'one, one' }, 'header: wrong credentials'],
    ['empty', { 'x-webhook-secret': '' }, 'header: no credentials'],
    ['missing', {}, 'header: no credentials'],
  ])('%s', async (_case, headers, expected) => {
    expect(await judge(way, headers as Record<string, string>)).toBe(expected)
  })
})

describe('hmac', () => {
  const secret = 'sécret'
  const sign = (algorithm: string, base: string | Buffer, encoding: 'hex' | 'base64' = 'hex', key = secret): string =>
    createHmac(algorithm, key).update(base).digest(encoding)

  const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const
  const encodings = ['hex', 'base64'] as const
  it.each(algorithms.flatMap((algorithm) => encodings.map((encoding) => [algorithm, encoding] as const)))(
    '%s in %s is right',
    async (algorithm, encoding) => {
      const headers = { 'x-signature': sign(algorithm, body, encoding) }
      expect(await judge({ type: 'hmac', secret, header: 'X-Signature', algorithm, encoding }, headers)).toBe(
        'accepted',
      )
      expect(await judge({ type: 'hmac', secret, header: 'X-Signature', algorithm }, headers)).toBe('accepted')
      const other = encoding === 'hex' ? 'base64' : 'hex'
      expect(await judge({ type: 'hmac', secret, header: 'X-Signature', algorithm, encoding: other }, headers)).toBe(
        'hmac: malformed credentials',
      )
    },
  )

  it('knows the legacy construction: upper-case hex behind SHA1=', async () => {
    const way = { type: 'hmac', secret, header: 'X-Hub-Signature', algorithm: 'sha1', prefix: 'SHA1=' }
    const signature = sign('sha1', body).toUpperCase()
    expect(await judge(way, { 'x-hub-signature': `SHA1=${signature}` })).toBe('accepted')
    expect(await judge(way, { 'x-hub-signature': `sha1=${signature}` })).toBe('accepted')
    expect(await judge(way, { 'x-hub-signature': signature })).toBe('hmac: malformed credentials')
  })

  describe('over timestamp and body', () => {
    const way = {
      type: 'hmac',
      secret,
      header: 'X-Ib-Exchange-Req-Signature',
      scheme: 'timestamp+body',
      timestampHeader: 'X-Ib-Exchange-Req-Timestamp',
      maxAge: '5m',
    }
    const headersAt = (timestamp: string) => ({
      'x-ib-exchange-req-signature': sign('sha256', `${timestamp}${body.toString()}`),
      'x-ib-exchange-req-timestamp': timestamp,
    })
    it.each([
      ['right', headersAt(String(nowMs - 1_000)), 'accepted'],
      ['right in seconds', headersAt(String(nowMs / 1_000)), 'accepted'],
      ['too old', headersAt(String(nowMs - 301_000)), 'hmac: timestamp too old'],
      ['too new', headersAt(String(nowMs + 301_000)), 'hmac: timestamp too old'],
      [
        'another timestamp',
        { ...headersAt(String(nowMs)), 'x-ib-exchange-req-timestamp': String(nowMs + 1) },
        'hmac: wrong signature',
      ],
      ['no timestamp', { 'x-ib-exchange-req-signature': sign('sha256', body) }, 'hmac: timestamp malformed'],
      ['a timestamp of letters', headersAt('yesterday'), 'hmac: timestamp malformed'],
      [
        'signed without it',
        { ...headersAt(String(nowMs)), 'x-ib-exchange-req-signature': sign('sha256', body) },
        'hmac: wrong signature',
      ],
    ])('%s', async (_case, headers, expected) => {
      expect(await judge(way, headers as Record<string, string>)).toBe(expected)
    })
  })

  const way = { type: 'hmac', secret: ['old', secret], header: 'X-Signature' }
  it.each([
    ['right with the first secret', { 'x-signature': sign('sha256', body, 'hex', 'old') }, 'accepted'],
    ['right with the second secret', { 'x-signature': sign('sha256', body) }, 'accepted'],
    ['wrong secret', { 'x-signature': sign('sha256', body, 'hex', 'wrong') }, 'hmac: wrong signature'],
    [
      'over JSON written anew',
      { 'x-signature': sign('sha256', JSON.stringify(JSON.parse(body.toString()))) },
      'hmac: wrong signature',
    ],
    ['another algorithm', { 'x-signature': sign('sha1', body) }, 'hmac: malformed credentials'],
    ['cut short', { 'x-signature': sign('sha256', body).slice(0, 32) }, 'hmac: malformed credentials'],
    ['no signature', {}, 'hmac: no credentials'],
    ['an empty one', { 'x-signature': '' }, 'hmac: no credentials'],
    ['neither hex nor base64', { 'x-signature': '§'.repeat(64) }, 'hmac: malformed credentials'],
  ])('%s', async (_case, headers, expected) => {
    expect(await judge(way, headers as Record<string, string>)).toBe(expected)
  })
})

describe('bearer', () => {
  const way = { type: 'bearer', token: ['token-1', 'token-2'] }
  it.each([
    ['right', { authorization: 'Bearer token-1' }, 'accepted'],
    ['right with the second', { authorization: 'bearer token-2' }, 'accepted'],
    ['wrong', { authorization: 'Bearer token-3' }, 'bearer: wrong credentials'],
    ['missing', {}, 'bearer: no credentials'],
    ['malformed', { authorization: 'Bearer' }, 'bearer: malformed credentials'],
    ['another scheme', basicOf('a', 'b'), 'bearer: malformed credentials'],
  ])('%s', async (_case, headers, expected) => {
    expect(await judge(way, headers as Record<string, string>)).toBe(expected)
  })
})

const bearer = (jwt: string): { authorization: string } => ({ authorization: `Bearer ${jwt}` })

describe('a JWT', () => {
  let keys: Awaited<ReturnType<typeof generateKeyPair>>
  let strangers: Awaited<ReturnType<typeof generateKeyPair>>
  let server: LocalServer
  let jwksUrl: string
  let jwks: string

  beforeAll(async () => {
    keys = await generateKeyPair('RS256')
    strangers = await generateKeyPair('RS256')
    jwks = JSON.stringify({
      keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
    })
    server = await answerWith((_request, response) => response.setHeader('Content-Type', 'application/json').end(jwks))
    jwksUrl = `${server.url}/jwks`
  })

  afterAll(() => server[Symbol.asyncDispose]())

  interface Claims {
    issuer?: string
    audience?: string
    expires?: string | undefined
    kid?: string
    by?: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  }

  async function token({
    issuer = 'https://idp.example',
    audience = 'imchannel',
    expires = '5m',
    kid = 'k1',
    by = keys.privateKey,
  }: Claims = {}): Promise<string> {
    const jwt = new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid }).setIssuer(issuer).setAudience(audience)
    return await (expires === 'never' ? jwt : jwt.setExpirationTime(expires)).sign(by)
  }

  const way = () => ({ type: 'bearer', jwksUrl, issuer: 'https://idp.example', audience: 'imchannel' })

  it('of the issuer for us is right', async () => {
    expect(await judge(way(), bearer(await token()))).toBe('accepted')
  })

  it.each([
    ['of another audience', { audience: 'other' }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['that has ended', { expires: '-5m' }],
    ['without an end', { expires: 'never' }],
  ])('%s is refused', async (_case, claims) => {
    expect(await judge(way(), bearer(await token(claims)))).toBe('bearer: token refused')
  })

  it('signed by a stranger, by nobody or with a shared secret is refused', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token()).split('.')[1]}.`
    const shared = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setIssuer('https://idp.example')
      .setAudience('imchannel')
      .setExpirationTime('5m')
      .sign(Buffer.from('x'.repeat(32)))
    for (const jwt of [await token({ by: strangers.privateKey }), unsigned, shared, 'not-a-jwt'])
      expect(await judge(way(), bearer(jwt))).toBe('bearer: token refused')
  })

  it('is refused while the keys cannot be fetched', async () => {
    expect(await judge({ ...way(), jwksUrl: 'http://127.0.0.1:1/jwks' }, bearer(await token()))).toBe(
      'unavailable: bearer: keys unavailable',
    )
  })

  it('is judged by the keys that were fetched last while the issuer is away', async () => {
    const issuer = await answerWith((_request, response) => response.end(jwks))
    const away = { ...way(), jwksUrl: issuer.url }
    expect(await judge(away, bearer(await token()))).toBe('accepted')
    await issuer[Symbol.asyncDispose]()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await judge(away, bearer(await token()))).toBe('accepted')
    expect(await judge(away, bearer(await token({ expires: '-5m' })))).toBe('bearer: token refused')
    expect(await judge(away, bearer(await token({ by: strangers.privateKey, kid: 'k2' })))).toBe(
      'unavailable: bearer: keys unavailable',
    )
  })
})

describe('an address list', () => {
  const addresses = ['193.105.74.0/24', '2001:db8::/32']
  const ways = [
    [{ type: 'basic', username: 'infobip', password: 'next' }, basicOf('infobip', 'next')],
    [{ type: 'bearer', token: 'next' }, { authorization: 'Bearer next' }],
    [{ type: 'header', name: 'X-Secret', value: 'next' }, { 'x-secret': 'next' }],
    [{ type: 'hmac', secret: 's', header: 'X-Sig' }, { 'x-sig': createHmac('sha256', 's').update(body).digest('hex') }],
    [{ type: 'none' }, {}],
  ] as const
  const places = [
    ['inside', '193.105.74.200', true],
    ['inside, version 6', '2001:db8::1', true],
    ['outside', '193.105.75.1', false],
    ['unknown', '', false],
  ] as const
  it.each(
    ways.flatMap(([way, headers]) =>
      places.map(
        ([where, address, isInside]) => [`of ${way.type}, ${where}`, { way, headers, address, isInside }] as const,
      ),
    ),
  )('%s', async (_case, { way, headers, address, isInside }) => {
    expect(await judge({ ...way, addresses }, headers, { address })).toBe(
      isInside ? 'accepted' : `${way.type}: address not allowed`,
    )
  })

  it('does not stand for the credentials', async () => {
    const way = { type: 'basic', username: 'infobip', password: 'next', addresses }
    expect(await judge(way, {}, { address: '193.105.74.200' })).toBe('basic: no credentials')
  })
})

describe('a list of ways', () => {
  const ways = [
    { type: 'basic', username: 'infobip', password: 'next' },
    { type: 'hmac', secret: 's', header: 'X-Signature' },
  ]
  const right = createHmac('sha256', 's').update(body).digest('hex')
  it.each([
    ['the first', basicOf('infobip', 'next'), 'accepted'],
    ['the second', { 'x-signature': right }, 'accepted'],
    ['the second beside a wrong first', { ...basicOf('infobip', 'wrong'), 'x-signature': right }, 'accepted'],
    ['none', {}, 'basic: no credentials, hmac: no credentials'],
    [
      'all wrong',
      { ...basicOf('infobip', 'wrong'), 'x-signature': '0'.repeat(64) },
      'basic: wrong credentials, hmac: wrong signature',
    ],
  ])('%s', async (_case, headers, expected) => {
    expect(await judge(ways, headers as Record<string, string>)).toBe(expected)
  })

  it('that says none lets everybody in', async () => {
    expect(await judge({ type: 'none' }, {})).toBe('accepted')
  })
})
