import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSignedCert, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { type IngressProcess, spawnIngress } from '../support/spawn-ingress.ts'
import { deliveryReport, post, textMessage, webhookOf } from '../support/webhooks.ts'

// Each start of a process takes some seconds where the machine is busy.
vi.setConfig({ testTimeout: 300_000 })

const prefix = uniqueName('ingress')
let reader: TopicReader
const processes: IngressProcess[] = []

beforeAll(async () => {
  reader = await readTopics(prefix)
})

afterAll(async () => {
  await Promise.all(processes.map(async (one) => (await one.kill(), await one.removeConfig())))
  await reader[Symbol.asyncDispose]()
})

async function start(): Promise<IngressProcess> {
  const ingress = await spawnIngress({ prefix, more: { logs: { level: 'warn' } } })
  processes.push(ingress)
  return ingress
}

interface Load {
  /** Ids that were answered 200. */
  readonly acknowledged: string[]
  /** What else was answered, other than by a broken connection. */
  readonly others: number[]
  readonly sent: () => number
  stop(): Promise<void>
}

/** Posts from several senders at once until it is stopped; a connection that is refused or broken is an end to a sender. */
function load(url: string, result: (id: string) => string): Load {
  const acknowledged: string[] = []
  const others: number[] = []
  let count = 0
  const over = new AbortController()
  const senders = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) {
      const id = uniqueName('load')
      count++
      const status = await post(url, webhookOf(result(id))).then(
        (answer) => answer.status,
        () => undefined,
      )
      if (status === undefined) return
      if (status === 200) acknowledged.push(id)
      else others.push(status)
    }
  })
  return {
    acknowledged,
    others,
    sent: () => count,
    stop: async () => {
      over.abort()
      await Promise.all(senders)
    },
  }
}

async function missing(ids: readonly string[]): Promise<string[]> {
  await waitUntil(() => ids.every((id) => seen().has(id)), { timeoutMs: 20_000 }).catch(() => 'told by the list')
  const there = seen()
  return ids.filter((id) => !there.has(id))
}

function seen(): Set<string | undefined> {
  return new Set(reader.records.map((record) => headerOf(record, 'ce_subject')))
}

describe('what was answered 200 is in Kafka', () => {
  it('after kill -9 in the middle of delivery reports', async () => {
    for (let round = 0; round < 3; round++) {
      const ingress = await start()
      const running = load(ingress.url, deliveryReport)
      await waitUntil(() => running.acknowledged.length > 100 + round * 37)
      await ingress.kill()
      await running.stop()
      expect(running.acknowledged.length).toBeGreaterThan(100)
      expect(await missing(running.acknowledged)).toEqual([])
    }
  })

  it('after SIGTERM in the middle, and no request was answered wrongly, and the exit is 0', async () => {
    const ingress = await start()
    const running = load(ingress.url, textMessage)
    await waitUntil(() => running.acknowledged.length > 200)
    const exit = await ingress.stop()
    await running.stop()
    expect(exit.code).toBe(0)
    expect(running.others).toEqual([])
    expect(await missing(running.acknowledged)).toEqual([])
    const counts = new Map<string, number>()
    for (const record of reader.records) {
      const subject = headerOf(record, 'ce_subject') ?? ''
      counts.set(subject, (counts.get(subject) ?? 0) + 1)
    }
    expect(running.acknowledged.filter((id) => counts.get(id) !== 1)).toEqual([])
  })
})

describe('the process', () => {
  it('ends with 1 and one line a problem where its configuration is wrong', async () => {
    const ingress = await spawnIngress({ prefix, ready: false, more: { nonsense: 1, publicUrl: 'x' } })
    processes.push(ingress)
    expect((await ingress.exited).code).toBe(1)
    expect(ingress.output()).toMatch(/^\[IMCHANNEL\] \[run\] {3}nonsense is no setting: /m)
    expect(ingress.output()).toMatch(/^\[IMCHANNEL\] \[run\] {3}publicUrl must be a URL/m)
  })

  it('ends with 1 and a sentence where its port is taken', async () => {
    const first = await start()
    const second = await spawnIngress({ prefix, ready: false }, { PORT: String(first.port) })
    processes.push(second)
    expect((await second.exited).code).toBe(1)
    expect(second.output()).toContain(`port ${first.port} is taken`)
  })

  it('verifies certificates of whom it asks, whatever the environment says', async () => {
    let [requests, refused] = [0, 0]
    const server = createServer(selfSignedCert(), (_request, response) => (requests++, response.end('{"keys":[]}')))
    server.on('tlsClientError', () => refused++).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // a TCP server has no pipe name
    const jwksUrl = `https://127.0.0.1:${port}/jwks`
    const webhookAuth = { type: 'bearer', jwksUrl, issuer: 'https://idp.example', audience: 'imchannel' }
    const tenants = { acme: { webhookAuth, accounts: [] } }
    const ingress = await spawnIngress({ prefix, tenants }, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    processes.push(ingress)
    const parts = ['{"alg":"RS256","kid":"k"}', '{"exp":4102444800}', 'signature']
    const token = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
    const answer = await post(ingress.url, webhookOf(textMessage(uniqueName('jwt'))), {
      headers: { authorization: `Bearer ${token}` },
    })
    // The issuer cannot be asked: nobody's guess, and Infobip sends it again.
    expect(answer.status).toBe(503)
    expect(requests).toBe(0)
    await waitUntil(() => refused > 0)
    await waitUntil(() => ingress.output().includes('keys unavailable'))
    expect(ingress.output()).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed')
    server.close()
  })

  it('keeps its memory flat under load, and prints the figures', async () => {
    const ingress = await start()
    const idle = await megabytesOf(ingress)
    const running = load(ingress.url, (id) => textMessage(id, { text: 'x'.repeat(20_000) }))
    await waitUntil(() => running.acknowledged.length > 2_000, { timeoutMs: 240_000 })
    await running.stop()
    const later = await megabytesOf(ingress)
    const figures = JSON.stringify({ idle, after: running.acknowledged.length, later })
    process.stdout.write(`memory of ingress in MB: ${figures}\n`)
    // 2,000 webhooks of 20 kB, their records and what was parsed of them would be far more than that if they were kept.
    expect(later['heap']).toBeLessThan(200)
    const metrics = await (await fetch(`${ingress.url}/metrics`)).text()
    expect(metrics).toContain('imchannel_webhook_held_bytes 0')
  })
})

async function megabytesOf({ url }: IngressProcess): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const kinds = metrics.matchAll(/process_memory_usage_bytes\{kind="(\w+)"\} (\d+)/g)
  return Object.fromEntries([...kinds].map(([, kind = '', bytes]) => [kind, Math.round(Number(bytes) / 1e6)]))
}
