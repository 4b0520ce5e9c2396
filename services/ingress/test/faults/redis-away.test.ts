import { messageIdOf } from '@imchannel/events'
import { createLedger } from '@imchannel/ledger'
import { createRedis } from '@imchannel/redis'
import { createFaultProxy, type FaultProxy, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { startIngress, type TestIngress } from '../support/start-ingress.ts'
import { deliveryReport, post, textMessage, webhookOf } from '../support/webhooks.ts'

const prefix = uniqueName('ingress')
let reader: TopicReader
let proxy: FaultProxy
let ingress: TestIngress

beforeAll(async () => {
  reader = await readTopics(prefix)
  const { redisUrl } = testStack()
  proxy = await createFaultProxy({ host: new URL(redisUrl).hostname, port: Number(new URL(redisUrl).port) })
  ingress = await startIngress({ prefix, redisUrl: `redis://${proxy.address}`, redisTimeoutMs: 500 })
})

afterAll(async () => {
  await ingress.stop()
  await proxy.close()
  await reader[Symbol.asyncDispose]()
})

describe('a webhook', () => {
  it.each([
    ['messages', textMessage],
    ['reports', deliveryReport],
  ])('of a hundred %s asks Redis in one trip before its answer, and tells it in one after', async (_, result) => {
    const send = async (count: number): Promise<void> => {
      const before = proxy.trips()
      const results = Array.from({ length: count }, () => result(uniqueName('trip')))
      expect((await post(ingress.url, webhookOf(...results))).status).toBe(200)
      // Answered as well: what the next webhook asks before that is no trip that could be told from this one.
      await waitUntil(() => proxy.trips() - before >= 2 && proxy.isIdle())
    }
    // The first brings the scripts along.
    await send(1)
    const before = proxy.trips()
    for (let webhook = 0; webhook < 5; webhook++) await send(100)
    // What is asked of two scripts leaves in two writes, and an answer may come in between.
    expect(proxy.trips() - before).toBeLessThanOrEqual(5 * 3)
  })
})

describe('without Redis', () => {
  it.each(['cut', 'freeze'] as const)(
    '(%s) webhooks are stored all the same, each time under the same ce_id, and once again after it is back',
    async (fault) => {
      const id = uniqueName(fault)
      const body = webhookOf(textMessage(id))
      proxy[fault]()
      const first = await post(ingress.url, body)
      const second = await post(ingress.url, body)
      proxy.heal()
      expect([first.status, second.status]).toEqual([200, 200])
      const records = await reader.take((record) => headerOf(record, 'ce_subject') === id, 2)
      expect(new Set(records.map((record) => headerOf(record, 'ce_id'))).size).toBe(1)
      expect((await fetch(`${ingress.url}/readyz`)).status).toBe(200)
      expect(await ingress.metrics()).toMatch(/imchannel_redis_errors_total\{operation="look_up"\} [1-9]/)
    },
  )

  it.each(['cut', 'freeze'] as const)('(%s) a report settles its command once Redis is back', async (fault) => {
    const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => undefined })
    onTestFinished(() => redis.disconnect())
    const ledger = createLedger(redis, { memoryMs: 600_000 })
    const commandId = uniqueName('command')
    const messageId = messageIdOf('acme', commandId)
    const send = { tenant: 'acme', messageId, identity: { commandId, from: '1', to: '2', print: 'p' } }
    await ledger.claim(send, 'owner')
    await ledger.settle(send, 'owner', { state: 'unknown' })
    proxy[fault]()
    expect((await post(ingress.url, webhookOf(deliveryReport(messageId)))).status).toBe(200)
    proxy.heal()
    await waitUntil(async () => {
      const { held } = await ledger.find('acme', messageId)
      return held.kind === 'entry' && held.entry.reportSeen
    })
  })

  it('back again, repeats are told from new ones', async () => {
    await waitUntil(async () => {
      const id = uniqueName('back')
      for (let copy = 0; copy < 2; copy++) await post(ingress.url, webhookOf(textMessage(id)))
      const last = uniqueName('last')
      await post(ingress.url, webhookOf(textMessage(last)))
      await reader.take((record) => headerOf(record, 'ce_subject') === last, 1)
      return reader.records.filter((record) => headerOf(record, 'ce_subject') === id).length === 1
    })
  })
})
