import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditRecordedEvent, encodeEvent, topics as topicsOf, type ImEvent, type Topics } from '@imchannel/events'
import { createFactStore, type CustomerFacts, type FactStore } from '@imchannel/fact-store'
import { createForgettings, isComplete, judgeWindow, peopleOf, type WindowFact } from '@imchannel/facts'
import { createKafkaClient, createProducer, ensureTopics, type KafkaClient, type Producer } from '@imchannel/kafka'
import { startRedis, type LocalRedis } from '@imchannel/local-stack'
import { createLogger } from '@imchannel/logging'
import { testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { createWindowFollower, type WindowFollower } from '../../src/windows/window-follower.ts'
import { createWindowInstruments } from '../../src/windows/window-instruments.ts'

export const business = '447860099299'
export const HOUR = 3_600_000

/** Topics, and a Redis that may be emptied. */
export interface WindowStage {
  readonly topics: Topics
  readonly client: KafkaClient
  readonly producer: Producer
  readonly server: LocalRedis
  readonly redis: Redis
  readonly facts: FactStore
  readonly logs: string[]
  follow(): WindowFollower
  publish(...events: ImEvent[]): Promise<void>
  factsOf(name: string): Promise<CustomerFacts>
  /** What is judged of a customer now, by all that has been written so far. */
  settledWindowOf(name: string): Promise<WindowFact>
  /** The same by what has been read. */
  windowOf(name: string): Promise<WindowFact>
  untilComplete(): Promise<void>
  /** Everything in Redis, to be brought back by what is returned: as a failover does that has lost what came since. */
  snapshot(): Promise<() => Promise<void>>
}

export const tenant = 'acme'
const forgetSecret = 'forgets-in-the-tests-0123'

/** That somebody has been forgotten, until now. */
export function forgotten(...names: string[]): ImEvent {
  const people = peopleOf(forgetSecret, { tenant, names })
  const data = { tenant, action: 'forget', by: 'test', via: 'test', outcome: 'forgotten', people }
  return auditRecordedEvent(data, { at: new Date().toISOString(), actionId: randomUUID() })
}

export async function useWindowStage({
  hasInbound = true,
  isOld = true,
  partitions = 3,
  forgets = false,
} = {}): Promise<WindowStage> {
  const { brokers } = testStack()
  const prefix = uniqueName('w')
  const topics = topicsOf(prefix)
  const client = createKafkaClient({ brokers }, { clientId: 'window-stage' })
  const names = hasInbound ? [topics.inbound, topics.status] : [topics.status]
  await ensureTopics(
    client,
    names.map((name) => ({ name, partitions, replication: 1 })),
  )
  const producer = createProducer(client, { lingerMs: 0 })
  await producer.connect()
  if (hasInbound && isOld) await writeLongAgo(client, topics.inbound)
  const folder = mkdtempSync(join(tmpdir(), 'windows-'))
  const server = await startRedis({ dataDir: folder })
  const redis = new Redis(server.url)
  redis.on('error', () => undefined)
  const logs: string[] = []
  const log = createLogger({
    service: 'dispatcher',
    format: 'classic',
    level: 'info',
    privacy: 'none',
    write: (text) => logs.push(text),
  })
  const facts = createFactStore(redis, { prefix })
  onTestFinished(async () => {
    await producer.close({ deadlineMs: 0 })
    redis.disconnect()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const factsOf = (name: string): Promise<CustomerFacts> => facts.read({ tenant, from: business, to: [name] })
  return {
    topics,
    client,
    producer,
    server,
    redis,
    facts,
    logs,
    follow: () => {
      const own = new Redis(server.url)
      own.on('error', () => undefined)
      const instruments = createWindowInstruments(log)
      const forgetting = {
        known: createForgettings(() => [forgetSecret]),
        topic: () => (forgets ? topics.audit : undefined),
        prepare: async () => {
          await ensureTopics(client, [{ name: topics.audit, partitions: 1, replication: 1 }])
          return undefined
        },
      }
      const follower = createWindowFollower({ client, redis: own, prefix, topics, forgetting, instruments, offMs: 500 })
      follower.start()
      onTestFinished(async () => {
        await follower.stop()
        own.disconnect()
      })
      return follower
    },
    publish: async (...events) => {
      const results = await producer.publish(events.map((event) => encodeEvent(event, topics)))
      const failed = results.find(({ kind }) => kind !== 'stored')
      if (failed !== undefined) throw new Error(`not stored: ${JSON.stringify(failed)}`)
    },
    factsOf,
    windowOf: async (name) => judge(await factsOf(name)),
    settledWindowOf: async (name) => judge(await facts.readSettled({ tenant, from: business, to: [name] })),
    untilComplete: async () => {
      const since = (await factsOf('1')).readAt
      await waitUntil(async () => ((await factsOf('1')).coverage?.endsTakenAt ?? 0) > since, {
        what: 'all that has been written so far is read',
      })
    },
    snapshot: async () => {
      const keys = await redis.keys('*')
      const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
      const ttls = await Promise.all(keys.map((key) => redis.pttl(key)))
      return async () => {
        const all = redis.multi().flushall()
        for (const [index, key] of keys.entries()) {
          const value = values[index]
          if (value) all.restore(key, Math.max(0, ttls[index] ?? 0), value)
        }
        await all.exec()
      }
    },
  }
}

function judge({ window, coverage, readAt }: CustomerFacts): WindowFact {
  return judgeWindow(window, readAt, { isComplete: isComplete(coverage, readAt) })
}

/** A topic in which nothing is older than a day has begun since: this one has not. */
export async function writeLongAgo({ kafkajs }: KafkaClient, topic: string): Promise<void> {
  const plain = kafkajs.producer()
  await plain.connect()
  await plain.send({ topic, messages: [{ key: 'long ago', value: '{}', timestamp: String(Date.now() - 30 * HOUR) }] })
  await plain.disconnect()
}

/** A text that Infobip received at a time. */
export function received(from: string, at: number, over: Record<string, unknown> = {}): ImEvent {
  const receivedAt = new Date(at).toISOString()
  const data = {
    tenant,
    channel: 'WHATSAPP',
    messageId: randomUUID(),
    from,
    to: business,
    receivedAt,
    content: { type: 'text' as const, text: 'Bom dia' },
    ...over,
  }
  return {
    type: 'imchannel.message.received.v1',
    id: randomUUID(),
    tenant,
    key: `${tenant}:${business}:${from}`,
    time: receivedAt,
    data,
  }
}

/** A report that there was no window. */
export function noWindow(to: string, at: number): ImEvent {
  const doneAt = new Date(at).toISOString()
  const messageId = randomUUID()
  return {
    type: 'imchannel.message.delivery.v1',
    id: randomUUID(),
    tenant,
    key: `${tenant}:${business}:${to}`,
    time: doneAt,
    data: {
      tenant,
      messageId,
      from: business,
      to,
      doneAt,
      status: { groupId: 2, groupName: 'UNDELIVERABLE', id: 9, name: 'UNDELIVERABLE_NOT_DELIVERED', description: 'x' },
      error: { groupId: 1, groupName: 'X', id: 7010, name: 'EC_NO_SESSION', description: 'x', permanent: true },
      final: true,
      rank: 6,
    },
  }
}
