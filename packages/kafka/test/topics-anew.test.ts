import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { createKafkajsGroupSession } from '../src/kafkajs/kafkajs-group-session.ts'
import {
  committedOffsets,
  createOrderedConsumer,
  deleteRecords,
  ensureTopics,
  groupOffsets,
  type IncomingRecord,
} from '../src/index.ts'
import { withAdmin } from '../src/kafkajs/admin.ts'
import {
  type CreateConsumer,
  publishAll,
  startMember,
  testClient,
  testProducer,
  testTopic,
  textOf,
  untilAssigned,
} from './harness.ts'

const client = testClient()

/** Of a broker before 2.8. */
const withoutIds: CreateConsumer = (forClient, options) =>
  createOrderedConsumer(forClient, options, (...given) => ({
    ...createKafkajsGroupSession(...given),
    topicIds: async () => undefined,
  }))

interface CollectOptions {
  firstTopicId?: (topic: string, id: string) => Promise<string>
  create?: CreateConsumer
}

function collect(groupId: string, topic: string, { firstTopicId, create }: CollectOptions = {}) {
  const seen: IncomingRecord[] = []
  const given: Parameters<typeof startMember>[1] = {
    groupId,
    topics: [topic],
    discoverMs: 1_000,
    commitMetadata: () => 'kept',
    ...(firstTopicId === undefined ? {} : { firstTopicId }),
    handle: async (record) => {
      seen.push(record)
      return { kind: 'done' }
    },
  }
  return { seen, ...startMember(client, given, create) }
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
async function commitAs(groupId: string, topic: string, metadata: string, offset = 3): Promise<void> {
  const consumer = client.kafkajs.consumer({ groupId })
  await consumer.connect()
  onTestFinished(() => consumer.disconnect())
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
  await consumer.run({ autoCommit: false, eachMessage: async () => {} })
  await joined
  await consumer.commitOffsets([{ topic, partition: 0, offset: String(offset), metadata }])
  await consumer.disconnect()
}

/** As Kafka has it, the topic included. */
async function keptText(groupId: string, topic: string): Promise<string> {
  const [kept] = await withAdmin(client, (admin) => admin.fetchOffsets({ groupId, topics: [topic] }))
  return kept?.partitions[0]?.metadata ?? ''
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
  expect(await keptText(groupId, topic)).toMatch(/^kept topic=[0-9a-f]{32},anew$/)
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
  const member = collect(groupId, topic, { firstTopicId: remember })
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

/** A group that has read five records of a topic without ids, and the text of its commit. */
async function afterFive() {
  const topic = await testTopic(client, 1)
  const groupId = uniqueName('group')
  const first = collect(groupId, topic, { create: withoutIds })
  await write(topic, 'old', 5)
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 5n)
  await first.stop()
  return { topic, groupId, kept: await keptText(groupId, topic) }
}

test('without ids, the timestamp of the last record is kept: where it is another, the topic is another', async () => {
  const { topic, groupId, kept } = await afterFive()
  expect(kept).toMatch(/^kept ts=\d{13}@4$/)
  await makeAnew(topic)
  const values = await write(topic, 'new', 8)
  // Kafka forgets the commits of a deleted topic; a member that has not noticed writes them again.
  await commitAs(groupId, topic, kept, 5)
  const second = collect(groupId, topic, { create: withoutIds })
  await waitUntil(() => second.seen.length === 8)
  expect(second.seen.map(textOf)).toEqual(values)
  expect(second.events.filter(({ kind }) => kind === 'topic-anew')).toHaveLength(1)
  const digits = second.seen[0]?.topicAnew
  expect(digits).toMatch(/^[0-9a-f]{8}$/)
  await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 8n)
  await second.stop()
  expect(await keptText(groupId, topic)).toMatch(new RegExp(`^kept ts=\\d{13}@7,anew=${digits}$`))
  const third = collect(groupId, topic, { create: withoutIds })
  await write(topic, 'newer', 1)
  await waitUntil(() => third.seen.length === 1)
  expect(third.seen.map((record) => [textOf(record), record.topicAnew])).toEqual([['newer 0', digits]])
})

test('without ids, the same topic goes on where it was, and with ids since', async () => {
  const { topic, groupId } = await afterFive()
  for (const [create, name] of [
    [withoutIds, 'still without'],
    [createOrderedConsumer, 'with'],
  ] as const) {
    const member = collect(groupId, topic, { create })
    await untilAssigned(member, 1)
    await write(topic, name, 1)
    await waitUntil(() => member.seen.length === 1)
    expect(member.seen.map((record) => [textOf(record), record.topicAnew])).toEqual([[`${name} 0`, undefined]])
    expect(member.events.filter(({ kind }) => kind === 'topic-anew')).toEqual([])
    await member.stop()
  }
  expect(await keptText(groupId, topic)).toMatch(/^kept topic=[0-9a-f]{32}$/)
})

test('without ids, nothing is concluded from a record that is not there any more', async () => {
  const { topic, groupId } = await afterFive()
  await deleteRecords(client, topic, new Map([[0, 5n]]))
  const member = collect(groupId, topic, { create: withoutIds })
  await untilAssigned(member, 1)
  await write(topic, 'next', 1)
  await waitUntil(() => member.seen.length === 1)
  expect(textOf(member.seen[0] as IncomingRecord)).toBe('next 0')
  expect(member.events.filter(({ kind }) => kind === 'topic-anew' || kind === 'offset-reset')).toEqual([])
})
