import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createFaultProxy, type FaultProxy, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { onTestFinished } from 'vitest'
import {
  type ConsumerEvent,
  createKafkaClient,
  createOrderedConsumer,
  createProducer,
  ensureTopics,
  type IncomingRecord,
  type KafkaClient,
  type KafkaClientOptions,
  type OrderedConsumer,
  type OrderedConsumerOptions,
  type Producer,
  type ProducerOptions,
  readRange,
} from '../src/index.ts'

export type CreateConsumer = (client: KafkaClient, options: OrderedConsumerOptions) => OrderedConsumer

/** The shortest session that the test broker allows: a member that vanishes is missed soon. */
export const SESSION_MS = 3_000

export function testClient(options: Partial<KafkaClientOptions> = {}, brokers = testStack().brokers): KafkaClient {
  return createKafkaClient({ brokers }, { clientId: 'kafka-test', ...options })
}

/** A client that reaches the broker only through a proxy that can fail. */
export async function clientThroughProxy(
  options: Partial<KafkaClientOptions> = {},
  brokers = testStack().brokers,
): Promise<{ client: KafkaClient; proxy: FaultProxy }> {
  const [host = '', port = ''] = brokers[0]?.split(':') ?? []
  const proxy = await createFaultProxy({ host, port: Number(port) })
  onTestFinished(() => proxy.close())
  return { proxy, client: testClient({ reach: () => ({ host: '127.0.0.1', port: proxy.port }), ...options }, brokers) }
}

export async function testTopic(
  client: KafkaClient,
  partitions: number,
  config: Record<string, string> = {},
): Promise<string> {
  const name = uniqueName('kafka-test')
  await ensureTopics(client, [{ name, partitions, replication: 1, config }])
  return name
}

export function testProducer(client: KafkaClient, options: ProducerOptions = {}): Producer {
  const producer = createProducer(client, options)
  onTestFinished(() => producer.close({ deadlineMs: 0 }))
  return producer
}

export interface Member {
  consumer: OrderedConsumer
  events: ConsumerEvent[]
  stop: (options?: { drainMs?: number }) => Promise<void>
}

/** Starts a member with short times; it is stopped with the test. */
export function startMember(
  client: KafkaClient,
  options: Partial<OrderedConsumerOptions> & Pick<OrderedConsumerOptions, 'groupId' | 'topics' | 'handle'>,
  create: CreateConsumer = createOrderedConsumer,
): Member {
  const events: ConsumerEvent[] = []
  const consumer = create(client, {
    laneOf: (record) => record.key?.toString() ?? '',
    sessionMs: SESSION_MS,
    heartbeatMs: 300,
    commitEveryMs: 100,
    ...options,
    onEvent: (event) => {
      events.push(event)
      options.onEvent?.(event)
    },
  })
  consumer.start()
  const stop = (given?: { drainMs?: number }) => consumer.stop(given)
  onTestFinished(() => stop({ drainMs: 0 }))
  return { consumer, events, stop }
}

export async function untilAssigned(member: Member, partitions: number): Promise<void> {
  await waitUntil(() => member.consumer.assignment().length === partitions, {
    what: `${partitions} partitions assigned`,
  })
}

/** Publishes values under keys, all stored, or the test fails. */
export async function publishAll(
  producer: Producer,
  topic: string,
  records: readonly (readonly [key: string, value: string])[],
): Promise<void> {
  const results = await producer.publish(records.map(([key, value]) => ({ topic, key, value })))
  const failed = results.filter((result) => result.kind !== 'stored')
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${results.length} not stored: ${JSON.stringify(failed[0])}`)
}

/** Everything that is in a topic now. */
export async function readAll(client: KafkaClient, topic: string): Promise<IncomingRecord[]> {
  const records: IncomingRecord[] = []
  for await (const record of readRange(client, { topic })) records.push(record)
  return records
}

export function textOf(record: IncomingRecord): string {
  return record.value?.toString() ?? ''
}

export function keyOf(record: IncomingRecord): string {
  return record.key?.toString() ?? ''
}

/** What this process holds after a collection of its garbage. */
export function memoryHeld(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage()
}
