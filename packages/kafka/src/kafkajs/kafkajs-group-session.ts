import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Consumer, EachBatchPayload } from 'kafkajs'
import { messageOf } from './admin.ts'
import type { KafkaClient } from './client.ts'
import { consumerConfig } from './consumer-config.ts'
import type { GroupListener, GroupMembership, GroupSession, GroupTimes } from './group-session.ts'
import { createGroupAssigner } from './kafkajs-assigner.ts'
import { failureOf, isCompressed, toFetchedBatch } from './kafkajs-batch.ts'
import { isFatal, isFenced } from './kafkajs-errors.ts'
import { fetchCommitted, offsetsByTopic } from './session-offsets.ts'
import { inSession, type SessionContext } from './session-context.ts'
import { oneAtATime } from '../one-at-a-time.ts'
import { fetchTimestamp } from './fetch-timestamp.ts'
import { fetchTopicIds } from './topic-ids.ts'
import { createTopicIdWatch } from './topic-id-watch.ts'
import { fencedOff, mustJoinAnew } from './static-member.ts'
import type { TopicPartition } from '../records.ts'
import { within } from '../within.ts'

const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 5_000
/** Leaving must not take longer than a person who pressed Ctrl-C waits; what is left then ends with the session. */
const LEAVE_MS = 5_000

/** One batch of the whole process is in memory decompressed, beside what was delivered of others. */
const decompression = oneAtATime()

/** A membership through kafkajs. Whenever kafkajs gives up, it is begun anew with a fresh consumer. */
export function createKafkajsGroupSession(
  client: KafkaClient,
  { groupId, coPartitioned }: GroupMembership,
  times: GroupTimes,
  listener: GroupListener,
): GroupSession {
  let consumer: Consumer | undefined
  /** Commits go by the functions that kafkajs gives to a batch; they stay good as long as its consumer. */
  let payload: EachBatchPayload | undefined
  let memberId: string | undefined
  let assignment: TopicPartition[] = []
  let joining: { ended: Promise<void>; end(): void } | undefined
  let stopping = false
  const kafka = client.observed(() => listener.trying())
  const context: SessionContext = { instanceName: client.instanceName }
  const isStopping = () => stopping
  const idWatch = createTopicIdWatch((topics) => fetchTopicIds(clusterNow(), topics))
  const assigner = createGroupAssigner(client, () => assignment, coPartitioned)

  async function run(topics: readonly string[]): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const startedAt = Date.now()
      const error = await runOnce(topics)
      if (error === undefined) return
      if (isFenced(error)) {
        const reason = await fencedOff(client, groupId, times.sessionMs)
        return stopping ? undefined : listener.fatal(reason)
      }
      if (isFatal(error)) return listener.fatal(error instanceof Error ? error : new Error(messageOf(error)))
      client.log('warn', `the consumer begins anew: ${messageOf(error)}`, { groupId })
      // kafkajs does not say of which topic it could not go on: a deleted one, or one that may not be seen any more.
      listener.topicsMayDiffer()
      if (Date.now() - startedAt > LONGEST_PAUSE_MS * 4) pauseMs = FIRST_PAUSE_MS
      await sleep(pauseMs)
    }
  }

  /** Resolves with the error that ended it, or with nothing if it was to end. */
  async function runOnce(topics: readonly string[]): Promise<unknown> {
    if (stopping) return undefined
    listener.trying()
    const mine = kafka.consumer(consumerConfig(client, groupId, times, assigner.create))
    consumer = mine
    payload = undefined
    const ended = Promise.withResolvers<unknown>()
    watch(mine, ended.resolve)
    if (client.instanceName !== undefined) {
      const stopWatching = mine.on(mine.events.GROUP_JOIN, ({ payload: { memberId: member } }) => {
        stopWatching()
        void joinAnewIfStale(mine, member, ended.resolve)
      })
    }
    let error: unknown
    try {
      await mine.connect()
      await mine.subscribe({ topics: [...topics], fromBeginning: true })
      if (isStopping()) throw new Error('stopped while it connected')
      joining = deferred()
      await inSession(context, () =>
        mine.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 4,
          eachBatch: (batch) => eachBatch(mine, batch),
        }),
      )
      error = await ended.promise
    } catch (thrown) {
      error = thrown
      void leave(mine)
    }
    if (consumer !== mine) return undefined
    consumer = undefined
    memberId = undefined
    joining?.end()
    joining = undefined
    if (stopping) return undefined
    listener.suspended()
    return error
  }

  /** Calls back when kafkajs has given this consumer up. */
  function watch(mine: Consumer, gaveUp: (error: Error) => void): void {
    const { HEARTBEAT, FETCH_START, GROUP_JOIN, REBALANCING, REQUEST_TIMEOUT, CRASH, START_BATCH_PROCESS } = mine.events
    const ifMine = (act: () => void) => () => {
      if (consumer === mine) act()
    }
    const trying = ifMine(() => listener.trying())
    const contact = ifMine(() => listener.contact())
    const rebalancing = ifMine(() => {
      joining ??= deferred()
      listener.rebalancing()
    })
    mine.on(HEARTBEAT, contact)
    mine.on(FETCH_START, trying)
    mine.on(REQUEST_TIMEOUT, trying)
    mine.on(REBALANCING, rebalancing)
    mine.on(GROUP_JOIN, (event) => joined(mine, event.payload.memberId, event.payload.memberAssignment))
    mine.on(START_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset, highWatermark } }) => {
      // Nothing but markers and aborted records: kafkajs goes past them without a word to the handler.
      if (consumer === mine && batchSize === 0) {
        listener.skipped({ topic, partition }, Number(lastOffset) + 1, Number(highWatermark))
      }
    })
    mine.on(CRASH, (event) => gaveUp(event.payload.error))
  }

  async function joinAnewIfStale(mine: Consumer, member: string, gaveUp: (error: Error) => void): Promise<void> {
    const reason = await mustJoinAnew(client, context, { groupId, member })
    if (reason === undefined || consumer !== mine) return
    await leave(mine)
    gaveUp(reason)
  }

  function clusterNow(): Cluster {
    const cluster = assigner.cluster()
    if (cluster === undefined) throw new Error('no member of the group at the moment')
    return cluster
  }

  function leave(mine: Consumer): Promise<void> {
    return inSession(context, () => mine.disconnect()).catch(() => {})
  }

  function joined(mine: Consumer, member: string, memberAssignment: Record<string, number[]>): void {
    if (consumer !== mine) {
      // It was stopped while it joined, which kafkajs does not notice: it would stay a member that reads nothing.
      setImmediate(() => void leave(mine))
      return
    }
    // One request to join under the name of before: there was no generation in between that we had no part in.
    const unbroken = assigner.joins() === 1 && memberId === member
    memberId = member
    assignment = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    // kafkajs keeps what is paused across rebalances; here every assignment starts from the same state.
    for (const { topic, partition } of assignment) mine.pause([{ topic, partitions: [partition] }])
    joining?.end()
    joining = undefined
    listener.contact()
    listener.assigned(assignment, unbroken)
  }

  /** kafkajs takes no word on partitions before it has joined; everything is paused then. */
  const joinedConsumer = () => (memberId === undefined ? undefined : consumer)

  async function eachBatch(mine: Consumer, given: EachBatchPayload): Promise<void> {
    if (consumer !== mine || stopping) return
    payload = given
    const { topic, partition } = given.batch
    const failure = failureOf(given.batch)
    if (failure !== undefined) return listener.failed({ topic, partition }, failure)
    const of = assignment
    const deliver = async (): Promise<void> => {
      const { resolve, ...batch } = await toFetchedBatch(given.batch)
      const topicId = await idWatch.idOf(topic)
      // What was fetched for an earlier assignment may begin elsewhere than this one does.
      if (consumer !== mine || isStopping() || assignment !== of) return
      if (listener.fetched({ ...batch, topicId })) given.resolveOffset(resolve)
    }
    await (isCompressed(given.batch) ? decompression(deliver) : deliver())
  }

  return {
    start: (topics) => {
      void run(topics)
    },
    pause: ({ topic, partition }) => joinedConsumer()?.pause([{ topic, partitions: [partition] }]),
    resume: ({ topic, partition }) => joinedConsumer()?.resume([{ topic, partitions: [partition] }]),
    seek: ({ topic, partition }, offset) => joinedConsumer()?.seek({ topic, partition, offset: String(offset) }),
    commit: async (offsets) => {
      // Not `consumer.commitOffsets`: that tries again, after a rejoin under the new generation, and so commits what is lost.
      if (consumer === undefined || payload === undefined) throw new Error('no member of the group at the moment')
      await payload.commitOffsetsIfNecessary({ topics: offsetsByTopic(offsets) })
    },
    committed: (partitions) => fetchCommitted(client, groupId, partitions),
    topicIds: (topics) => idWatch.idsNow(topics),
    timestampAt: (partition, offset) => inSession(context, () => fetchTimestamp(clusterNow(), partition, offset)),
    stop: async () => {
      if (stopping) return
      stopping = true
      const mine = consumer
      // Who leaves in the middle of a join stays as a ghost that the group waits for.
      if (joining !== undefined) await within(joining.ended, LEAVE_MS)
      if (mine !== undefined) await within(leave(mine), LEAVE_MS)
      consumer = undefined
    },
  }
}

function deferred(): { ended: Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { ended: promise, end: resolve }
}
