import type { Config } from '@imchannel/config'
import { groups, topics as topicsOf } from '@imchannel/events'
import {
  createOrderedConsumer,
  groupOffsets,
  type IncomingRecord,
  type KafkaClient,
  listTopics,
} from '@imchannel/kafka'
import { untilReady } from '@imchannel/lifecycle'
import type { Logger } from '@imchannel/logging'
import type { ProjectedRecord } from '../domain/projected-record.ts'
import { projectRecord } from '../domain/project-record.ts'
import type { Instruments } from '../instruments.ts'
import { createBatches } from './batches.ts'
import type { Forgetting } from './forgetting.ts'
import { firstTopicId, lastWrite, renewGeneration } from './store/store-identity.ts'
import type { Database } from './store/tables.ts'
import { type Taken, writeRecords } from './store/write-records.ts'
import { eventTopics, roleOf } from './topic-role.ts'

export interface ProjectorOptions {
  readonly kafka: KafkaClient
  readonly database: Database
  readonly generation: string
  readonly config: () => Config
  readonly instruments: Instruments
  readonly log: Logger
  readonly forgetting: Pick<Forgetting, 'begin' | 'isForgotten' | 'alone'>
  /** Told what was new, after it is in the store. */
  readonly onTaken: (taken: readonly Taken[]) => void
}

/** So many are in flight: what one write of the store takes. */
const BATCH = 500
const DRAIN_MS = 5_000

/** Reads Kafka’s topics into the store, in a group of the store’s own. */
export function createProjector(options: ProjectorOptions) {
  const { kafka, database, forgetting, config, instruments, log, onTaken } = options
  const first = config()
  const { prefix } = first.topics
  const topics = topicsOf(prefix)
  const stopped = new AbortController()
  const { signal } = stopped
  const roles = () => ({ topics, prefix, outbound: config().topics.outbound })
  let group = groups(prefix).console(options.generation)
  let writes = 0
  let found: readonly string[] = []
  let consumer: ReturnType<typeof createOrderedConsumer> | undefined

  const batches = createBatches<ProjectedRecord>({
    most: BATCH,
    signal,
    async write(records) {
      const startedAt = performance.now()
      const { taken, write } = await forgetting.alone(() =>
        writeRecords(database.write, records, { leaveOut: forgetting.isForgotten }),
      )
      writes = write
      instruments.storeWrites.record((performance.now() - startedAt) / 1000)
      for (const [kind, some] of Map.groupBy(taken, ({ record }) => record.kind))
        instruments.projected.add(some.length, { kind })
      onTaken(taken)
    },
    onFailure: (error, attempt) => {
      if (attempt === 1 || attempt % 10 === 0) log.error({ fn: 'store' }, 'the store took no records, they wait', error)
    },
  })

  async function take(record: IncomingRecord): Promise<void> {
    const role = roleOf(record.topic, roles())
    if (role === undefined) return
    const projected = projectRecord(record, role)
    if (projected.type === 'unreadable') instruments.unreadable.add(1, { topic: record.topic })
    await batches.add(projected)
  }

  /**
   * Each commit says how many writes the store had: one that has fewer is older than that (a backup, a disk that lost writes), and
   * would never be told what lies between.
   */
  async function checkGeneration(): Promise<void> {
    writes = await lastWrite(database.read)
    const names = (await listTopics(kafka)).filter((name) => roleOf(name, roles()) !== undefined)
    const committed = [...(await groupOffsets(kafka, group, names)).values()].flat()
    const most = Math.max(0, ...committed.map(({ metadata }) => Number(/^\d+/.exec(metadata)?.[0] ?? 0)))
    if (most <= writes) return
    log.warn({ fn: 'store' }, 'the store is older than what was read into it: all is read anew')
    group = groups(prefix).console(await renewGeneration(database.write))
  }

  async function prepare(): Promise<void> {
    await forgetting.begin()
    await checkGeneration()
  }

  return {
    async start(): Promise<void> {
      await untilReady(prepare, {
        signal,
        onFailure: (error, attempt) => {
          if (attempt === 1) log.warn({ fn: 'kafka' }, `Kafka is not to be reached yet: ${String(error)}`)
        },
      })
      const named = first.topics.outbound.map(({ topic }) => topic)
      consumer = createOrderedConsumer(kafka, {
        groupId: group,
        topics: [...eventTopics(topics, prefix), topics.deadletter, ...named, /\.parked\.[a-z0-9-]+$/],
        exclude: (topic) => roleOf(topic, roles()) === undefined,
        laneOf: ({ topic, partition, offset }) => `${topic} ${partition} ${offset}`,
        handle: async (record) => {
          await take(record)
          return { kind: 'done' }
        },
        commitMetadata: () => String(writes),
        firstTopicId: (topic, id) => firstTopicId(database.write, topic, id),
        limits: { running: BATCH },
        onEvent: (event) => {
          if (event.kind === 'fatal') log.error({ fn: 'kafka' }, 'reading has ended', event.error)
          if (event.kind !== 'topics') return
          found = event.topics
          log.info({ fn: 'kafka' }, `reads ${found.join(', ')} as ${group}`)
        },
      })
      consumer.start()
    },
    /** Takes up command topics that a changed configuration names. */
    follow(next: Config): void {
      const names = next.topics.outbound.flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : []))
      consumer?.subscribe(names)
    },
    isAlive: () => consumer?.isAlive() ?? true,
    lag: () => consumer?.lag() ?? [],
    /** Topics of events and dead letters that are not there, or may not be read. That of the audit is made with its first entry. */
    missing: () =>
      [...eventTopics(topics, prefix), topics.deadletter].filter(
        (name) => name !== topics.audit && !found.includes(name),
      ),
    async stop(): Promise<void> {
      await consumer?.stop({ drainMs: DRAIN_MS })
      stopped.abort()
    },
  }
}
