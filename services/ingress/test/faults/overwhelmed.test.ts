import { gzipSync } from 'node:zlib'
import { limitMemory, type MemoryLimit, uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  bombOfResults,
  bombOfSpace,
  compressed,
  signed,
  stalledBody,
  statusOf,
  tinyChunks,
  wronglySigned,
} from '../support/attacks.ts'
import { headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { type IngressProcess, spawnIngress } from '../support/spawn-ingress.ts'
import { authorization, tenant } from '../support/start-ingress.ts'
import { startSteadySender } from '../support/steady-sender.ts'
import { post, textMessage, webhookOf } from '../support/webhooks.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const MIB = 1024 * 1024
const prefix = uniqueName('ingress')
const secret = 'secret of hmac'
let memory: MemoryLimit
let reader: TopicReader
let ingress: IngressProcess

beforeAll(async () => {
  // The chart's own limit.
  memory = await limitMemory(512 * MIB)
  reader = await readTopics(prefix)
  const settings = {
    prefix,
    tenants: {
      steady: tenant(),
      acme: tenant(),
      hm: tenant({ webhookAuth: { type: 'hmac', secret, header: 'X-Signature' } }),
    },
    more: { logs: { level: 'warn' }, limits: { webhookDeadline: '30s' } },
  }
  ingress = await spawnIngress(settings, {}, memory)
})

afterAll(async () => {
  await ingress.stop()
  await ingress.removeConfig()
  await reader[Symbol.asyncDispose]()
  await memory[Symbol.asyncDispose]()
})

/** One that is stored, or refused for want of room: never a broken connection. */
const isAnswered = (status: number): boolean => status === 200 || status === 503

const attacks: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'a stranger’s body in a million chunks of a byte',
    async () => expect([400, 408]).toContain(await tinyChunks(ingress.url, 'hm', 1_000_000)),
  ],
  [
    'results of no size',
    async () => {
      for (const count of [200_000, 1_000_000, 8_000_000]) {
        const answer = await post(ingress.url, bombOfResults(count), { headers: compressed })
        expect([answer.status, count]).toEqual([200, count])
      }
    },
  ],
  [
    'a hundred webhooks of a megabyte at once',
    async () => {
      const text = 'x'.repeat(16 * 1024)
      const bodies = Array.from({ length: 100 }, () =>
        webhookOf(...Array.from({ length: 64 }, () => textMessage(uniqueName('large'), { text }))),
      )
      const answers = await Promise.all(bodies.map((body) => post(ingress.url, body)))
      const statuses = answers.map(({ status }) => status)
      expect(statuses.filter((status) => !isAnswered(status))).toEqual([])
      expect(statuses).toContain(200)
    },
  ],
  [
    'the largest webhook there is',
    async () => {
      const text = 'x'.repeat(16 * 1024 - 400)
      const body = webhookOf(...Array.from({ length: 2_000 }, () => textMessage(uniqueName('largest'), { text })))
      expect(isAnswered((await post(ingress.url, body)).status)).toBe(true)
    },
  ],
  [
    'strangers’ bodies that stop in the middle',
    async () => {
      const stalled = await Promise.all(Array.from({ length: 4 }, () => stalledBody(ingress.url, 'hm', 16 * MIB)))
      const answers = stalled.map((socket) => statusOf(socket))
      const body = webhookOf(textMessage(uniqueName('signed')))
      expect((await post(ingress.url, body, { tenant: 'hm', headers: signed(secret, body) })).status).toBe(200)
      for (const status of await Promise.all(answers)) expect([408, 503]).toContain(status)
    },
  ],
  [
    'small bodies of strangers that stop in the middle',
    async () => {
      const stalled = await Promise.all(Array.from({ length: 40 }, () => stalledBody(ingress.url, 'hm', 900 * 1024)))
      const answers = stalled.map((socket) => statusOf(socket))
      for (const status of await Promise.all(answers)) expect([408, 503]).toContain(status)
      const body = webhookOf(textMessage(uniqueName('signed')))
      expect((await post(ingress.url, body, { tenant: 'hm', headers: signed(secret, body) })).status).toBe(200)
    },
  ],
  [
    'strangers’ bombs',
    async () => {
      const bombs = Array.from({ length: 120 }, () =>
        post(ingress.url, bombOfSpace, { tenant: 'hm', headers: wronglySigned }),
      )
      const body = gzipSync(webhookOf(textMessage(uniqueName('zipped'))))
      expect((await post(ingress.url, body, { headers: compressed })).status).toBe(200)
      for (const { status } of await Promise.all(bombs)) expect([401, 429, 503]).toContain(status)
    },
  ],
]

describe('in the memory that the chart gives it, ingress outlives', () => {
  it.each(attacks)('%s, while another tenant’s webhooks are stored', async (_name, attack) => {
    const steady = startSteadySender(ingress.url, 'steady')
    try {
      await attack()
    } finally {
      await steady.stop()
    }
    const latencies = steady.latencies()
    const at = (share: number): string => (latencies[Math.floor(share * (latencies.length - 1))] ?? 0).toFixed(0)
    process.stdout.write(
      `${memory.kind}: ${latencies.length} webhooks beside it, p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} ms\n`,
    )
    expect([...steady.statuses.keys()]).toEqual([200])
    await reader.take((record) => steady.ids.includes(headerOf(record, 'ce_subject') ?? ''), steady.ids.length)
    expect((await fetch(`${ingress.url}/livez`)).status).toBe(200)
  })
})

it('gives back all the room that it took', async () => {
  const metrics = async (): Promise<string> => (await fetch(`${ingress.url}/metrics`)).text()
  await vi.waitFor(async () => expect(await metrics()).toContain('imchannel_webhook_held_bytes 0'), { timeout: 30_000 })
  const { status } = await post(ingress.url, webhookOf(textMessage(uniqueName('after'))), {
    headers: { authorization },
  })
  expect(status).toBe(200)
})
