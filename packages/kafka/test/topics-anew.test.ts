import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { committedOffsets, ensureTopics, groupOffsets, type IncomingRecord } from '../src/index.ts'
import { withAdmin } from '../src/kafkajs/admin.ts'
import { publishAll, startMember, testClient, testProducer, testTopic, textOf, untilAssigned } from './harness.ts'

const client = testClient()

function collect(groupId: string, topic: string, firstTopicId?: (topic: string, id: string) => Promise<string>) {
  const seen: IncomingRecord[] = []
  const member = startMember(client, {
    groupId,
    topics: [topic],
    discoverMs: 1_000,
    commitMetadata: () => 'kept',
    ...(firstTopicId === undefined ? {} : { firstTopicId }),
    handle: async (record) => {
      seen.push(record)
      return { kind: 'done' }
    },
  })
  return { seen, ...member }
}

async function write(topic: string, name: string, count: number): Promise<string[]> {
  const values = Array.from({ length: count }, (_, index) => `${name} ${index}`)
  await publishAll(
    testProducer(client),
    topic,
    values.map((value) => ['k', value] as const),
  )
  return values
}

async function makeAnew(topic: string): Promise<void> {
  await withAdmin(client, (admin) => admin.deleteTopics({ topics: [topic] }))
  await waitUntil(
    async () => (await ensureTopics(client, [{ name: topic, partitions: 1, replication: 1 }])).created.length === 1,
  )
}

/** What some other program committed for the group, with its own text. */
async function commitAs(groupId: string, topic: string, metadata: string): Promise<void> {
  const consumer = client.kafkajs.consumer({ groupId })
  await consumer.connect()
  onTestFinished(() => consumer.disconnect())
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
  await consumer.run({ autoCommit: false, eachMessage: async () => {} })
  await joined
  await consumer.commitOffsets([{ topic, partition: 0, offset: '3', metadata }])
  await consumer.disconnect()
}

test('a topic that is made anew while it is read is read from its beginning on', async () => {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  const { seen } = collect(groupId, topic)
  await write(topic, 'old', 30)
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 30n)
  await makeAnew(topic)
  const values = await write(topic, 'new', 40)
  await waitUntil(() => new Set(seen.map(textOf)).size === 70)
  expect(new Set(seen.slice(30).map(textOf))).toEqual(new Set(values))
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 40n)
})

test('a topic that is made anew while nobody reads it is read from its beginning on', async () => {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  const first = collect(groupId, topic)
  await write(topic, 'old', 5)
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 5n)
  await first.stop()
  await makeAnew(topic)
  const values = await write(topic, 'new', 5)
  const second = collect(groupId, topic)
  await waitUntil(() => second.seen.length === 5)
  expect(second.seen.map(textOf)).toEqual(values)
})

test('the topic’s id is kept with its commits, beside the text; another id means another topic', async () => {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  const values = await write(topic, 'one', 5)
  await commitAs(groupId, topic, `kept topic=${'0'.repeat(31)}1`)
  expect((await groupOffsets(client, groupId, [topic])).get(topic)?.[0]?.metadata).toBe('kept')
  const { seen, events } = collect(groupId, topic)
  await waitUntil(() => seen.length === 5)
  expect(seen.map(textOf)).toEqual(values)
  expect(events.filter(({ kind }) => kind === 'topic-anew')).toHaveLength(1)
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 5n)
  const { topics } = await withAdmin(client, async (admin) => ({
    topics: await admin.fetchOffsets({ groupId, topics: [topic] }),
  }))
  expect(topics[0]?.partitions[0]?.metadata).toMatch(/^kept topic=[0-9a-f]{32},anew$/)
})

test('a commit without an id, as earlier versions write it, is of the topic that is there', async () => {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  const values = await write(topic, 'one', 5)
  await commitAs(groupId, topic, 'kept')
  const { seen, events } = collect(groupId, topic)
  await waitUntil(() => seen.length === 2)
  expect(seen.map(textOf)).toEqual(values.slice(3))
  expect(events.filter(({ kind }) => kind === 'topic-anew')).toEqual([])
})

test('records of a topic that is not the first of its name say so', async () => {
  const topic = await testTopic(client, 1)
  const firstIds = new Map<string, string>()
  const remember = async (name: string, id: string) => {
    if (!firstIds.has(name)) firstIds.set(name, id)
    return firstIds.get(name) ?? id
  }
  const groupId = uniqueName('group')
  const member = collect(groupId, topic, remember)
  await untilAssigned(member, 1)
  await write(topic, 'old', 2)
  await waitUntil(() => member.seen.length === 2)
  await makeAnew(topic)
  await write(topic, 'new', 2)
  await waitUntil(() => member.seen.length === 4)
  expect(member.seen.map(({ topicAnew }) => topicAnew)).toEqual([
    undefined,
    undefined,
    expect.stringMatching(/^[0-9a-f]{8}$/),
    expect.stringMatching(/^[0-9a-f]{8}$/),
  ])
})
