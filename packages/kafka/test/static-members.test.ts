import { createFaultProxy, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { createKafkaClient, ensureTopics, type OrderedConsumerOptions, topicOffsets } from '../src/index.ts'
import { withAdmin } from '../src/kafkajs/admin.ts'
import { type Member, SESSION_MS, startMember, testClient, testProducer, testTopic, untilAssigned } from './harness.ts'

const client = testClient()
const { brokers } = testStack()

type Options = Pick<OrderedConsumerOptions, 'groupId' | 'topics'> & Partial<OrderedConsumerOptions>

/** A member whose connections can be cut without a goodbye, as by kill -9. */
async function startNamed(instanceName: string | undefined, options: Options) {
  const [host = '', port = ''] = brokers[0]?.split(':') ?? []
  const proxy = await createFaultProxy({ host, port: Number(port) })
  onTestFinished(() => proxy.close())
  const lines: string[] = []
  const named = createKafkaClient(
    { brokers, instanceName },
    {
      clientId: 'kafka-test',
      reach: () => ({ host: '127.0.0.1', port: proxy.port }),
      log: (_level, text) => lines.push(text),
    },
  )
  const member = startMember(named, { handle: async () => ({ kind: 'done' }), ...options })
  return { ...member, lines, kill: () => proxy.cut() }
}

const partitionsOf = ({ consumer }: Member) =>
  consumer
    .assignment()
    .map(({ partition }) => partition)
    .toSorted((one, other) => one - other)
const assignments = ({ events }: Member) => events.filter(({ kind }) => kind === 'assigned').length

test('a member that dies and comes back under its name has its partitions again, and no other is asked', async () => {
  const options = { groupId: uniqueName('group'), topics: [await testTopic(client, 6)] }
  const survivor = await startNamed('b', options)
  const dying = await startNamed('a', options)
  await untilAssigned(survivor, 3)
  await untilAssigned(dying, 3)
  const before = { own: partitionsOf(dying), others: assignments(survivor) }
  dying.kill()
  const restarted = await startNamed('a', options)
  await untilAssigned(restarted, 3)
  expect(partitionsOf(restarted)).toEqual(before.own)
  expect(assignments(survivor)).toBe(before.others)
  await untilAllRead(options.topics[0] ?? '', [survivor, restarted])
})

test('who has a name that another takes says so and ends, a session later', async () => {
  const options = { groupId: uniqueName('group'), topics: [await testTopic(client, 2)] }
  const first = await startNamed('same', options)
  await untilAssigned(first, 2)
  const second = await startNamed('same', options)
  await untilAssigned(second, 2)
  const said = 'another member of the group has the name same (KAFKA_INSTANCE_NAME)'
  await waitUntil(() => first.lines.some((line) => line.includes(said)))
  const saidAt = performance.now()
  expect(first.consumer.assignment()).toEqual([])
  const fatal = await waitUntil(() => first.events.find((event) => event.kind === 'fatal'))
  expect(performance.now() - saidAt).toBeGreaterThan(SESSION_MS * 0.8)
  expect(fatal.error.message).toContain(said)
  expect(partitionsOf(second)).toEqual([0, 1])
})

test('who stops leaves at once, and its name with it', async () => {
  const options = { groupId: uniqueName('group'), topics: [await testTopic(client, 2)] }
  const member = await startNamed('a', options)
  await untilAssigned(member, 2)
  await member.stop()
  const { groups } = await withAdmin(client, (admin) => admin.describeGroups([options.groupId]))
  expect(groups[0]?.members).toEqual([])
})

test('a rollout: the new one under its own name first, then the old one leaves', async () => {
  const options = { groupId: uniqueName('group'), topics: [await testTopic(client, 4)] }
  let pods = [await startNamed('pod-1', options), await startNamed('pod-2', options)]
  for (const name of ['pod-3', 'pod-4']) {
    await waitUntil(() => pods.flatMap(partitionsOf).length === 4)
    const [old, ...others] = pods
    pods = [...others, await startNamed(name, options)]
    for (const pod of pods) await waitUntil(() => partitionsOf(pod).length > 0)
    await old?.stop()
  }
  for (const pod of pods) await untilAssigned(pod, 2)
  await untilAllRead(options.topics[0] ?? '', pods)
})

test('members with and without names are one group', async () => {
  const options = { groupId: uniqueName('group'), topics: [await testTopic(client, 6)] }
  const members = [await startNamed('a', options), await startNamed(undefined, options), await startNamed('b', options)]
  for (const member of members) await untilAssigned(member, 2)
  await members[1]?.stop()
  await waitUntil(() => members.flatMap(partitionsOf).length === 6)
})

test('topics that are made later are read', async () => {
  const prefix = uniqueName('later')
  const options = { groupId: uniqueName('group'), topics: [new RegExp(`^${prefix}`)], discoverMs: 500 }
  await ensureTopics(client, [{ name: `${prefix}.1`, partitions: 2, replication: 1 }])
  const members = [await startNamed('a', options), await startNamed('b', options)]
  for (const member of members) await untilAssigned(member, 1)
  await ensureTopics(client, [{ name: `${prefix}.2`, partitions: 2, replication: 1 }])
  for (const member of members) await untilAssigned(member, 2)
  await untilAllRead(`${prefix}.2`, members)
})

test('who comes back under its name with other topics gets those', async () => {
  const [dropped, added] = [await testTopic(client, 2), await testTopic(client, 2)]
  const groupId = uniqueName('group')
  const dying = await startNamed('a', { groupId, topics: [dropped] })
  await untilAssigned(dying, 2)
  const other = await startNamed('b', { groupId, topics: [dropped] })
  await untilAssigned(other, 1)
  await untilAssigned(dying, 1)
  dying.kill()
  const restarted = await startNamed('a', { groupId, topics: [added] })
  await waitUntil(() => restarted.consumer.assignment().filter(({ topic }) => topic === added).length === 2)
  await untilAssigned(other, 2)
})

/** Writes a record to each partition, and waits until all are finished. */
async function untilAllRead(topic: string, members: readonly Member[]): Promise<void> {
  const { length } = await topicOffsets(client, topic)
  const records = Array.from({ length }, (_, partition) => ({ topic, partition, key: 'k', value: 'x' }))
  const results = await testProducer(client).publish(records)
  expect(results.map(({ kind }) => kind)).toEqual(records.map(() => 'stored'))
  const lags = () => members.flatMap(({ consumer }) => consumer.lag()).filter((one) => one.topic === topic)
  await waitUntil(() => lags().length === length && lags().every(({ lag }) => lag === 0))
}
