import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { committedOffsets, groupOffsets } from '../src/index.ts'
import { publishAll, startMember, testClient, testProducer, testTopic } from './harness.ts'

test('keeps a text with the committed offsets', async () => {
  const client = testClient()
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  let text: string | undefined
  startMember(client, { groupId, topics: [topic], handle: async () => ({ kind: 'done' }), commitMetadata: () => text })
  const producer = testProducer(client)
  const keptWith = async () =>
    (await groupOffsets(client, groupId, [topic])).get(topic)?.map(({ metadata }) => metadata)
  await publishAll(producer, topic, [['a', '1']])
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 1n)
  expect(await keptWith()).toEqual([''])
  text = 'epoch 17'
  await publishAll(producer, topic, [['a', '2']])
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 2n)
  expect(await keptWith()).toEqual(['epoch 17'])
})

test('keeps the latest text while a record is stuck, though its offset stays', async () => {
  const client = testClient()
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  let text = 'epoch 1'
  let finished = 0
  startMember(client, {
    groupId,
    topics: [topic],
    handle: async (record) => {
      if (record.key?.toString() === 'stuck') return { kind: 'retry', afterMs: 20 }
      finished++
      return { kind: 'done' }
    },
    commitMetadata: () => text,
  })
  await publishAll(testProducer(client), topic, [
    ['stuck', '1'],
    ['a', '2'],
  ])
  await waitUntil(() => finished === 1)
  const kept = async () => (await groupOffsets(client, groupId, [topic])).get(topic)?.[0]
  await waitUntil(async () => (await kept())?.metadata === 'epoch 1')
  text = 'epoch 2'
  await waitUntil(async () => (await kept())?.metadata === 'epoch 2', { timeoutMs: 30_000 })
  expect((await kept())?.offset).toBe(0n)
})
