import { expect, onTestFinished, test, vi } from 'vitest'
import { withAdmin } from '../../src/kafkajs/admin.ts'
import { publishAll, readAll, testClient, testProducer, testTopic, textOf } from '../harness.ts'

test('unknown-partition: what kafkajs leaves out, of a partition that it does not know yet, never counts as stored', async () => {
  const client = testClient()
  const topic = await testTopic(client, 1)
  const producer = testProducer(client)
  await publishAll(producer, topic, [['k', 'first']])
  await withAdmin(client, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }))
  // Older than what this package keeps (30 s), younger than what kafkajs does (60 s): one knows the new partition, the other not.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const publish = (value: string) =>
    producer.publish([
      { topic, key: 'k', value: `old ${value}`, partition: 0 },
      { topic, key: 'k', value: `new ${value}`, partition: 1 },
    ])
  let [old, fresh] = await publish('0')
  for (let round = 1; fresh?.kind === 'refused'; round++) {
    expect(fresh.reason).toBe('rejected')
    ;[old, fresh] = await publish(String(round))
  }
  expect([old, fresh]).toMatchObject([{ kind: 'stored' }, { kind: 'unknown', reason: 'unconfirmed' }])
  expect((await readAll(client, topic)).filter(({ partition }) => partition === 1)).toEqual([])
  expect(await publish('last')).toMatchObject([{ kind: 'stored' }, { kind: 'stored' }])
  expect((await readAll(client, topic)).filter(({ partition }) => partition === 1).map(textOf)).toEqual(['new last'])
})
