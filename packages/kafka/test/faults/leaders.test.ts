import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, startKafka } from '@imchannel/local-stack'
import { createFaultProxy, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { withAdmin } from '../../src/kafkajs/admin.ts'
import { describeTopics, ensureTopics } from '../../src/index.ts'
import type { KafkaLog } from '../../src/index.ts'
import { readAll, testClient, testProducer, textOf } from '../harness.ts'

const RETRIES = 2

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
}, 240_000)
afterAll(() => cluster.close())

/** A topic that the first broker leads, who can be frozen, and one of the second, in whose place the first can be made to answer. */
async function twoLeaders() {
  const { first, second } = cluster
  const frozen = await createFaultProxy({ port: first })
  const misled = await createFaultProxy({ port: second })
  onTestFinished(async () => {
    await Promise.all([frozen.close(), misled.close()])
  })
  // kafkajs looks metadata up at any connected broker. At the frozen one it would wait until that has answered all else.
  vi.spyOn(Math, 'random').mockReturnValue(0)
  onTestFinished(() => {
    vi.restoreAllMocks()
  })
  let toSecond = misled.port
  let refusals = 0
  const log: KafkaLog = (_level, text) => {
    if (text.startsWith('Failed to send messages: This server is not the leader')) refusals++
  }
  const reach = (host: string, port: number) => ({ host, port: port === first ? frozen.port : toSecond })
  const brokers = [`127.0.0.1:${second}`]
  const direct = testClient({}, brokers)
  const topics = [uniqueName('frozen'), uniqueName('misled')] as const
  await withAdmin(direct, (admin) =>
    admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic, index) => ({
        topic,
        replicaAssignment: [{ partition: 0, replicas: [index + 1] }],
      })),
    }),
  )
  const read = async (topic: string) => (await readAll(direct, topic)).map(textOf)
  const values = () => Promise.all(topics.map(read))
  return {
    topics,
    client: testClient({ reach, log, retries: RETRIES }, brokers),
    /** From now on the one keeps its answer back, while the other's is NOT_LEADER_OR_FOLLOWER, at once and at every try. */
    fail: async () => {
      toSecond = first
      misled.reset()
      // A round trip later the client has heard of the reset, or it would be one more fault.
      await values()
      frozen.freeze()
    },
    untilGivenUp: () => waitUntil(() => refusals > RETRIES, { what: 'every try is refused' }),
    thaw: () => frozen.heal(),
    values,
  }
}

test('partial-leaders: what one leader stores is there once, though the other refuses its part of the batch again and again', async () => {
  const { topics, client, fail, untilGivenUp, thaw, values } = await twoLeaders()
  const producer = testProducer(client)
  const publish = (value: string) => producer.publish(topics.map((topic) => ({ topic, key: 'k', value })))
  expect(await publish('before')).toMatchObject([{ kind: 'stored' }, { kind: 'stored' }])
  await fail()
  const published = publish('once')
  await untilGivenUp()
  thaw()
  expect(await published).toMatchObject([{ kind: 'stored' }, { kind: 'unknown', reason: 'unconfirmed' }])
  expect(await publish('after')).toMatchObject([{ kind: 'stored' }, { kind: 'unknown' }])
  expect(await values()).toEqual([['before', 'once', 'after'], ['before']])
})

test('the trap: kafkajs, idempotent and one send at a time, writes the part of the one leader again with each try of the other', async () => {
  const { topics, client, fail, thaw, values } = await twoLeaders()
  const bare = client.kafkajs.producer({ idempotent: true, maxInFlightRequests: 1, retry: client.retry })
  onTestFinished(() => bare.disconnect())
  await bare.connect()
  const send = (value: string) =>
    bare.sendBatch({ topicMessages: topics.map((topic) => ({ topic, messages: [{ value }] })) })
  await send('before')
  await fail()
  await expect(send('once')).rejects.toThrow('not the leader')
  thaw()
  await waitUntil(async () => (await values())[0]?.length === 4, {
    what: 'the part is written with each of three tries',
  })
  expect(await values()).toEqual([['before', 'once', 'once', 'once'], ['before']])
})

test('a topic with three replicas takes what two have, and no less; one with fewer takes what there is', async () => {
  const third = await cluster.addBroker(3)
  onTestFinished(() => third.kill())
  const direct = testClient({}, [`127.0.0.1:${cluster.first}`])
  const [three, two] = [uniqueName('three'), uniqueName('two')]
  await waitUntil(async () => (await withAdmin(direct, (admin) => admin.describeCluster())).brokers.length === 3)
  const spec = { partitions: 1, replication: 3 }
  await ensureTopics(direct, [
    { name: three, ...spec },
    { name: two, ...spec, replication: 2 },
  ])
  const made = await describeTopics(direct, [three, two])
  expect(
    made.map(({ name, partitions, config }) => [name, partitions[0]?.replicas, config?.['min.insync.replicas']]),
  ).toEqual([
    [three, 3, '2'],
    [two, 2, '1'],
  ])
})

/** A second broker joins the cluster of a first that is its controller, and others can. */
async function startCluster() {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-kafka-'))
  const first = await startKafka({ dataDir: join(folder, 'first') })
  const readProperty = async (file: string, name: string): Promise<string> => {
    const text = await readFile(join(folder, 'first', file), 'utf8')
    const value = new RegExp(`^${name.replaceAll('.', '\\.')}=(.*)$`, 'm').exec(text)?.[1]
    if (value === undefined) throw new Error(`${file} has no ${name}`)
    return value
  }
  const clusterId = await readProperty('data/meta.properties', 'cluster.id')
  const voters = await readProperty('server.properties', 'controller.quorum.voters')
  const addBroker = async (nodeId: number) => {
    const dataDir = join(folder, String(nodeId))
    await mkdir(join(dataDir, 'data'), { recursive: true })
    // Formatted by hand: the tool would make a cluster of its own.
    const properties = `version=1\ncluster.id=${clusterId}\nnode.id=${nodeId}\n`
    await writeFile(join(dataDir, 'data', 'meta.properties'), properties)
    const [port = 0] = await freePorts(1)
    const listener = `PLAINTEXT://127.0.0.1:${port}`
    return startKafka({
      dataDir,
      port,
      properties: {
        'process.roles': 'broker',
        'node.id': String(nodeId),
        'controller.quorum.voters': voters,
        listeners: listener,
        'advertised.listeners': listener,
      },
    })
  }
  const second = await addBroker(2)
  return {
    first: first.port,
    second: second.port,
    addBroker,
    close: async () => {
      await second.kill()
      await first.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
