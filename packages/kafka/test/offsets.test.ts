import { expect, test } from 'vitest'
import { offsetsOfTopics, topicOffsets } from '../src/index.ts'
import { publishAll, testClient, testProducer, testTopic } from './harness.ts'

test('offsets of many topics take no more connections than those of one', async () => {
  const client = testClient()
  const topics: string[] = []
  for (let at = 0; at < 8; at++) topics.push(await testTopic(client, 2))
  const [first = ''] = topics
  await publishAll(testProducer(client), first, [['k', 'value']])

  let connections = 0
  const counted = testClient({
    reach: (host, port) => {
      connections++
      return { host, port }
    },
  })
  const one = await topicOffsets(counted, first)
  const ofOne = connections
  const all = await offsetsOfTopics(counted, [...topics, first])
  expect(connections).toBe(2 * ofOne)
  expect([...all.keys()].toSorted()).toEqual(topics.toSorted())
  expect(all.get(first)).toEqual(one)
  expect(one.map(({ partition, low }) => [partition, low])).toEqual([
    [0, 0n],
    [1, 0n],
  ])
  expect(one.reduce((sum, { high }) => sum + high, 0n)).toBe(1n)
})

test('a topic that is not there is an error, which names Kafka’s reason', async () => {
  await expect(topicOffsets(testClient({ retries: 0 }), 'never-made')).rejects.toThrow(/does not host this topic/)
})
