import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { withAdmin } from '../../src/kafkajs/admin.ts'
import type { PublishResult } from '../../src/index.ts'
import { clientThroughProxy, publishAll, readAll, testClient, testProducer, testTopic, textOf } from '../harness.ts'

const client = testClient()

/** Values of which `publish` said that they are stored. */
function storedOf(values: readonly string[], results: readonly PublishResult[]): string[] {
  return values.filter((_, index) => results[index]?.kind === 'stored')
}

test('lost-reply: what was acknowledged is in the log once and in order, though replies were lost under concurrent publishes', async () => {
  const { client: lossy, proxy } = await clientThroughProxy()
  const topic = await testTopic(client, 1)
  const producer = testProducer(lossy, { maxBatchRecords: 5, lingerMs: 1 })
  await publishAll(producer, topic, [['k', 'first']])
  const values: string[] = []
  const results: Promise<PublishResult[]>[] = []
  for (let round = 0; round < 6; round++) {
    // The request arrives and is appended; of the answer one byte is lost, and with it the connection.
    proxy.dropReplies(1)
    for (let index = 0; index < 20; index++) {
      const value = `${round}-${index}`
      values.push(value)
      results.push(producer.publish([{ topic, key: 'k', value }]))
    }
    await Promise.all(results)
  }
  expect(proxy.connections()).toBeGreaterThan(6)
  const stored = storedOf(values, (await Promise.all(results)).flat())
  expect(stored).toHaveLength(values.length)
  expect((await readAll(client, topic)).map(textOf)).toEqual(['first', ...stored])
})

test('give-up-then-send: after a batch that was given up the next ones are written, and none of them is taken for a repeat', async () => {
  const { client: lossy, proxy } = await clientThroughProxy({ retries: 1 })
  const topic = await testTopic(client, 1)
  const producer = testProducer(lossy, { lingerMs: 1 })
  await publishAll(producer, topic, [['k', 'first']])
  for (let round = 0; round < 3; round++) {
    proxy.dropReplies()
    const given = producer.publish([{ topic, key: 'k', value: `given up ${round}` }])
    await waitUntil(async () => (await readAll(client, topic)).some((record) => textOf(record) === `given up ${round}`))
    proxy.cut()
    expect(await given).toMatchObject([{ kind: 'unknown', reason: 'unconfirmed' }])
    proxy.heal()
    await publishAll(producer, topic, [['k', `after ${round}`]])
  }
  const values = (await readAll(client, topic)).map(textOf)
  expect(values.filter((value) => value.startsWith('after'))).toEqual(['after 0', 'after 1', 'after 2'])
})

test('deleted-topic: a topic that was deleted does not stop the others (tulios/kafkajs#1622)', async () => {
  const doomed = await testTopic(client, 1)
  const topic = await testTopic(client, 1)
  const producer = testProducer(client)
  await publishAll(producer, doomed, [['k', 'x']])
  await withAdmin(client, (admin) => admin.deleteTopics({ topics: [doomed] }))
  const results = await producer.publish([
    { topic, key: 'k', value: 'a' },
    { topic: doomed, key: 'k', value: 'lost' },
    { topic, key: 'k', value: 'b' },
  ])
  expect(results.map((result) => result.kind)).not.toContain('refused')
  await publishAll(producer, topic, [['k', 'c']])
  expect(await producer.publish([{ topic: doomed, key: 'k', value: 'x' }])).toMatchObject([
    { kind: 'refused', reason: 'unknown-topic' },
  ])
  expect((await readAll(client, topic)).map(textOf)).toContain('c')
})

test('broker-restarted: kill -9 of the broker under load loses and doubles nothing that was acknowledged', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imchannel-kafka-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  let kafka = await startKafka({ dataDir })
  onTestFinished(() => kafka.kill())
  const own = testClient({}, kafka.brokers)
  const topic = await testTopic(own, 4)
  const producer = testProducer(own, { maxBatchRecords: 50, maxWaitingRecords: 1_000_000 })
  await producer.connect()
  const values: string[] = []
  const results: Promise<PublishResult[]>[] = []
  const stopped = new AbortController()
  const load = (async () => {
    for (let index = 0; !stopped.signal.aborted; index++) {
      values.push(String(index))
      results.push(producer.publish([{ topic, key: `k${index % 20}`, value: String(index) }]))
      if (index % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  await waitUntil(() => values.length > 500)
  await kafka.kill()
  await waitUntil(() => values.length > 1_000)
  kafka = await startKafka({ dataDir, port: kafka.port })
  const after = producer.publish([{ topic, key: 'k', value: 'after' }])
  expect(await after).toMatchObject([{ kind: 'stored' }])
  stopped.abort()
  await load
  const stored = storedOf(values, (await Promise.all(results)).flat())
  const found = (await readAll(own, topic)).map(textOf)
  const count = new Map<string, number>()
  for (const value of found) count.set(value, (count.get(value) ?? 0) + 1)
  expect(stored.filter((value) => !count.has(value))).toEqual([])
  expect([...count.values()].filter((times) => times > 1)).toEqual([])
  expect(stored.length).toBeGreaterThan(500)
})
