import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { readInboundToken } from '@imchannel/media-store'
import { selfSignedCert, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, headerOf, readTopics, type TopicReader } from './support/read-topics.ts'
import { sender, startIngress, tenant } from './support/start-ingress.ts'
import { post, textMessage, webhookOf } from './support/webhooks.ts'

const prefix = uniqueName('ingress')
let reader: TopicReader

beforeAll(async () => {
  reader = await readTopics(prefix)
})

afterAll(() => reader[Symbol.asyncDispose]())

async function edit(file: string, change: (config: Record<string, unknown>) => void): Promise<void> {
  const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown> // as the harness wrote it
  change(config)
  await writeFile(file, JSON.stringify(config))
}

const status = async (url: string, name: string): Promise<number> =>
  (await post(url, '{"results":[]}', { tenant: name })).status

describe('a changed configuration', () => {
  it('lets new tenants in, keeps removed ones out and takes changed passwords, without a restart', async () => {
    await using ingress = await startIngress({ prefix, tenants: { old: tenant(), stays: tenant() } })
    expect([
      await status(ingress.url, 'old'),
      await status(ingress.url, 'stays'),
      await status(ingress.url, 'fresh'),
    ]).toEqual([200, 200, 404])
    await edit(ingress.configFile, (config) => {
      config['tenants'] = {
        fresh: tenant(),
        stays: tenant({ webhookAuth: { type: 'header', name: 'x-secret', value: 'v' } }),
      }
    })
    await waitUntil(async () => (await status(ingress.url, 'fresh')) === 200)
    expect([await status(ingress.url, 'old'), await status(ingress.url, 'stays')]).toEqual([404, 401])
  })

  it('of the broker is refused with a line, and webhooks go on', async () => {
    await using ingress = await startIngress({ prefix })
    await edit(ingress.configFile, (config) => {
      config['kafka'] = { brokers: ['127.0.0.1:1'] }
    })
    await waitUntil(() => ingress.lines.some((line) => line.includes('kafka changed, which takes a restart')))
    expect(await status(ingress.url, 'acme')).toBe(200)
  })
})

describe('refused credentials', () => {
  it('are 429 beyond their number in a minute, while the right ones are never held up', async () => {
    await using ingress = await startIngress({ prefix, more: { limits: { failedAuthPerMinute: 3 } } })
    const wrong = async (): Promise<number> =>
      (await post(ingress.url, '{}', { headers: { authorization: 'Basic eDp5' } })).status
    // A minute may begin in between: at most three a minute are 401.
    const answers = [
      await wrong(),
      await wrong(),
      await wrong(),
      await wrong(),
      await wrong(),
      await wrong(),
      await wrong(),
    ]
    expect(answers.filter((one) => one === 401).length).toBeLessThanOrEqual(6)
    expect(answers).toContain(429)
    expect(await status(ingress.url, 'acme')).toBe(200)
    const line = ingress.lines.find((one) => one.includes('webhook refused'))
    expect(line).toBe('[IMCHANNEL] [onMessage] [WARN] webhook refused, from 127.0.0.1: basic: wrong credentials')
  })
})

function media(id: string, url: string): string {
  const content = `"message":{"type":"IMAGE","url":"${url}","caption":"c"}`
  return webhookOf(textMessage(id).replace(/"message":\{[^}]*\}/, content))
}

async function linkOf(id: string): Promise<string | undefined> {
  const [record] = await reader.take((one) => headerOf(one, 'ce_subject') === id, 1)
  const content = record && (dataOf(record)['content'] as { media?: { url?: string } }) // an image
  return content?.media?.url
}

/** The answer to a webhook of an address, as proxies tell of it. */
async function from(url: string, forwarded: string): Promise<number> {
  return (await post(url, '{"results":[]}', { headers: { 'x-forwarded-for': forwarded } })).status
}

describe('the sender’s address', () => {
  const webhookAuth = { type: 'basic', username: 'infobip', password: 'open sesame: ü', addresses: ['203.0.113.0/24'] }

  it('is what a trusted proxy says, and of several the last that is no proxy', async () => {
    await using ingress = await startIngress({
      prefix,
      tenants: { acme: tenant({ webhookAuth }) },
      more: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] },
    })
    expect(await from(ingress.url, '203.0.113.7')).toBe(200)
    expect(await from(ingress.url, '6.6.6.6, 203.0.113.7:4711, 10.1.1.1')).toBe(200)
    expect(await from(ingress.url, '203.0.113.7, 6.6.6.6')).toBe(401)
    expect(await from(ingress.url, '203.0.113.7, unknown')).toBe(401)
  })

  it('is the connection’s own where no proxy is trusted', async () => {
    await using ingress = await startIngress({ prefix, tenants: { acme: tenant({ webhookAuth }) } })
    expect(await from(ingress.url, '203.0.113.7')).toBe(401)
  })
})

describe('a customer’s media', () => {
  it('has a signed link of the media-server where the tenant has a secret, and only for what is a media item of the account', async () => {
    await using ingress = await startIngress({
      prefix,
      tenants: { acme: tenant({ mediaSecrets: ['the-first-secret-0', 'the-second-secret'] }), plain: tenant() },
    })
    const host = 'https://xxxx.api.infobip.com'
    const path = `/whatsapp/1/senders/${sender}/media/1`
    const [own, foreign, plain] = [uniqueName('own'), uniqueName('foreign'), uniqueName('plain')]
    const endpoint = uniqueName('endpoint')
    await post(ingress.url, media(own, host + path))
    await post(ingress.url, media(foreign, `https://evil.example${path}`))
    await post(ingress.url, media(endpoint, `${host}/omni/1/reports`))
    await post(ingress.url, media(plain, host + path), { tenant: 'plain' })
    const link = await linkOf(own)
    const before = 'https://chat.example.com/acme/imchannel/inboundMedia/'
    expect(link?.startsWith(before)).toBe(true)
    const reading = readInboundToken('acme', link?.slice(before.length) ?? '', {
      secrets: ['the-first-secret-0'],
      nowMs: Date.now(),
    })
    expect(reading).toMatchObject({ outcome: 'valid', claim: { sender, url: host + path } })
    for (const id of [foreign, endpoint, plain]) expect(await linkOf(id)).toBeUndefined()
  })
})

describe('HTTPS', () => {
  it('is served where a certificate is set, and a renewed one without a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imchannel-tls-'))
    const [certFile, keyFile] = [join(folder, 'cert'), join(folder, 'key')]
    const issue = (name: string): void => {
      const { cert, key } = selfSignedCert({ name })
      writeFileSync(certFile, cert)
      writeFileSync(keyFile, key)
    }
    issue('first')
    await using ingress = await startIngress({ prefix, more: { tls: { cert: certFile, key: keyFile } } })
    expect(ingress.url).toMatch(/^https:/)
    expect(await nameShown(ingress.url)).toBe('first')
    issue('second')
    await waitUntil(async () => (await nameShown(ingress.url)) === 'second')
    rmSync(folder, { recursive: true })
  })
})

async function nameShown(url: string): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return String(subject.CN)
}
