import { createFactStore } from '@imchannel/fact-store'
import { testStack, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { createRedis } from '@imchannel/redis'
import { expect, onTestFinished, test } from 'vitest'
import { readTopics } from './support/read-topics.ts'
import { sender, startIngress } from './support/start-ingress.ts'
import { post } from './support/webhooks.ts'

function marketing(customer: string, word: 'stop' | 'resume', createdAt: string): string {
  const content = { sender, from: customer, notificationMessagesStatus: word, description: 'User requested it' }
  return JSON.stringify({ from: sender, content, createdAt })
}

test('an opt-out is known in Redis with its webhook, and an older one that comes again changes nothing', async () => {
  const prefix = uniqueName('ingress')
  const reader = await readTopics(prefix)
  onTestFinished(() => reader[Symbol.asyncDispose]())
  const ingress = await startIngress({ prefix })
  onTestFinished(() => ingress.stop())
  const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
  onTestFinished(() => redis.disconnect())
  const facts = createFactStore(redis, { prefix })
  const customer = uniqueNumber()
  const states = async (): Promise<string[]> =>
    (await facts.read({ tenant: 'acme', from: sender, to: [customer] })).consent.map(
      ({ source, state, scope, since }) => `${source} ${state} ${scope} ${new Date(since).toISOString()}`,
    )

  expect((await post(ingress.url, marketing(customer, 'stop', '2026-11-30T14:00:00.000+0000'))).status).toBe(200)
  const stopped = ['whatsapp optedOut marketing 2026-11-30T14:00:00.000Z']
  await waitUntil(async () => (await states()).length === 1)
  expect(await states()).toEqual(stopped)

  expect((await post(ingress.url, marketing(customer, 'resume', '2026-11-30T15:00:00.000+0000'))).status).toBe(200)
  await waitUntil(async () => (await states()).some((one) => one.startsWith('whatsapp optedIn')))
  // Before the resume, and told after it: its block says when all of it has been read.
  const late = marketing(customer, 'stop', '2026-11-30T14:30:00.000+0000')
  const block = {
    event: 'BLOCK',
    receivedAt: '2026-11-30T13:00:00.000+0000',
    messageId: uniqueName('block'),
    content: { sender, destination: customer, channel: 'WHATSAPP', sourceType: 'MO' },
  }
  expect((await post(ingress.url, late)).status).toBe(200)
  expect((await post(ingress.url, JSON.stringify({ results: [block] }))).status).toBe(200)
  await waitUntil(async () => (await states()).length === 2)
  expect((await states()).toSorted()).toEqual([
    'blocklist optedOut all 2026-11-30T13:00:00.000Z',
    'whatsapp optedIn marketing 2026-11-30T15:00:00.000Z',
  ])
})
