import { messageOf } from '../kafkajs/admin.ts'
import type { KafkaClient } from '../kafkajs/client.ts'
import { createCommitLoop } from './commit-loop.ts'
import { observeConsumer } from './consumer-gauges.ts'
import { type OrderedConsumerOptions, type PartitionLag, withDefaults } from './consumer-options.ts'
import type { Committed, CreateGroupSession, GroupListener, GroupSession } from '../kafkajs/group-session.ts'
import { kafkaInstruments } from '../instruments.ts'
import { createFetchBuffer } from './fetch-buffer.ts'
import { createFailedPartitions } from './failed-partitions.ts'
import { createKafkajsGroupSession } from '../kafkajs/kafkajs-group-session.ts'
import { createLanes, type LaneCounts } from './lanes.ts'
import { readCommitText } from './commit-text.ts'
import { createPartitionWork, type PartitionWork, trackFrom } from './partition-work.ts'
import { createPartitionWorks } from './partition-works.ts'
import type { TopicPartition } from '../records.ts'
import { discoverTopics } from './topic-discovery.ts'
import { createTopicHolds } from './topic-holds.ts'
import { type RecognisedTopic, recogniseTopic, type TopicNow, topicsNow } from './topic-identity.ts'
import { within } from '../within.ts'

/** A member of a consumer group that handles records in lanes. */
export interface OrderedConsumer {
  /** Begins to look for topics and to join, and goes on trying until `stop`; Kafka need not be there yet. */
  start(): void
  /** Starts nothing more, lets handlers end (within `drainMs`, default 20 s; then their signals fire), commits, leaves the group. */
  stop(options?: { drainMs?: number }): Promise<void>
  /** False when it has ended for good, or shows no sign of life at all, not even of trying. Kafka's absence alone is no death. */
  isAlive(): boolean
  assignment(): TopicPartition[]
  lag(): PartitionLag[]
  lanes(): LaneCounts
  /** Starts no record of the topic until `release`; resolves when none of them is being handled. It survives rebalances. */
  hold(topic: string): Promise<void>
  release(topic: string): void
  /** Consumes these topics, too, as soon as they exist. */
  subscribe(topics: readonly string[]): void
  /** No longer consumes topics that were named, here or in the options. */
  unsubscribe(topics: readonly string[]): void
}

const DRAIN_MS = 20_000
/** After their signals fired, handlers get this long to notice. */
const ABORT_GRACE_MS = 1_000
const SETTLE_AGAIN_MS = 1_000

/** Makes a consumer that keeps order within a lane and works on hundreds of lanes at once. Deliveries are at least once. */
export function createOrderedConsumer(
  client: KafkaClient,
  given: OrderedConsumerOptions,
  createGroupSession: CreateGroupSession = createKafkajsGroupSession,
): OrderedConsumer {
  const options = withDefaults(given)
  const { sessionMs, rebalanceMs } = options.times
  const groupAttributes = { 'messaging.consumer.group.name': options.groupId }
  const works = createPartitionWorks(options.limits, options.defer)
  const lanes = createLanes(options.limits.running)
  const holds = createTopicHolds()
  let contactAt = Date.now()
  let lastContactAt = Date.now()
  let state: 'new' | 'running' | 'stopping' | 'stopped' | 'dead' = 'new'
  /** Whether there is something to read, and so to be a member for. */
  let isMember = false
  let stopObserving: (() => void) | undefined

  const listener: GroupListener = {
    assigned,
    suspended: suspend,
    rebalancing: () => void commits.commit(),
    fetched: (batch) => {
      listener.contact()
      return intake.fetched(batch)
    },
    skipped: (partition, nextOffset, endOffset) => intake.skipped(partition, nextOffset, endOffset),
    failed: (partition, error) => {
      const work = works.find(partition)
      if (work !== undefined && state === 'running') failures.failed(work, error)
    },
    topicsMayDiffer: () => discovery.lookNow(),
    contact: () => {
      const wasSilent = isSilent()
      contactAt = Date.now()
      lastContactAt = contactAt
      if (wasSilent) lanes.review()
    },
    trying: () => (lastContactAt = Date.now()),
    fatal: (error) => {
      state = 'dead'
      suspend()
      client.log('error', `the consumer cannot go on: ${error.message}`, { groupId: options.groupId })
      options.emit({ kind: 'fatal', error })
    },
  }
  let session: GroupSession = createSession()
  const commits = createCommitLoop(
    options,
    () => session,
    () => works.all(),
  )
  const intake = createFetchBuffer({
    clientId: client.clientId,
    options,
    works,
    lanes,
    holds,
    isSilent,
    topicMadeAnew,
    isRunning: () => state === 'running',
    session: () => session,
    finished: () => commits.finished(),
  })
  const discovery = discoverTopics(client, options, {
    changed: joinFor,
    unchanged: checkTopicIds,
    refused: (error) => listener.fatal(error instanceof Error ? error : new Error(messageOf(error))),
  })
  const failures = createFailedPartitions(client.log, intake)

  function createSession(): GroupSession {
    return createGroupSession(client, options, options.times, listener)
  }

  /** Subscriptions are fixed for the length of a membership, so other topics mean another one. */
  async function joinFor(topics: readonly string[]): Promise<void> {
    options.emit({ kind: 'topics', topics })
    await commits.commit()
    await session.stop()
    suspend()
    if (state !== 'running') return
    isMember = topics.length > 0
    if (!isMember) {
      for (const work of works.assign([])) intake.forget(work)
      return
    }
    listener.contact()
    session = createSession()
    session.start(topics)
  }

  /** The group may have given our partitions to others by the time we are back; until then nothing is begun. */
  function suspend(): void {
    let any = false
    for (const work of works.all()) {
      any ||= work.ownership === 'owned'
      work.ownership = 'suspended'
      work.settled = false
    }
    if (any) options.emit({ kind: 'suspended' })
  }

  /** Longer without an answer than a session lasts: the group has given us up, whether we know it or not. */
  function isSilent(): boolean {
    return Date.now() - contactAt > sessionMs
  }

  function assigned(assignment: readonly TopicPartition[], unbroken: boolean): void {
    for (const work of works.assign(assignment)) intake.forget(work)
    for (const work of works.all()) {
      work.paused = true
      work.askedAgainFrom = undefined
      work.refetchFrom = undefined
      if (work.ownership === 'suspended' || !unbroken) work.settled = false
      work.ownership = 'owned'
      if (work.settled && work.tracker !== undefined) session.seek(work, work.position)
      else if (work.tracker !== undefined) {
        // It is read again from what the group has committed, and so over what was fetched and not delivered.
        work.backlog = undefined
        work.position = work.tracker.next()
      }
      intake.resume(work)
    }
    lanes.review()
    intake.onRoom()
    kafkaInstruments().rebalances.add(1, groupAttributes)
    options.emit({ kind: 'assigned', partitions: assignment })
    void settle()
  }

  async function checkTopicIds(): Promise<void> {
    const owned = [...works.all()].filter(({ ownership, topicId }) => ownership === 'owned' && topicId !== undefined)
    if (owned.length === 0) return
    const ids = await session.topicIds([...new Set(owned.map(({ topic }) => topic))])
    for (const work of owned) {
      const id = ids?.get(work.topic)
      if (id !== undefined && work.topicId !== undefined && id !== work.topicId) topicMadeAnew(work)
    }
  }

  function topicMadeAnew(work: PartitionWork): void {
    if (!work.settled) return
    work.settled = false
    intake.pause(work)
    void settle()
  }

  /** Learns what the group has committed, and of which topics, and lets the partitions that waited for it begin. */
  async function settle(): Promise<void> {
    const asker = session
    const open = new Set([...works.all()].filter((work) => !work.settled && work.ownership === 'owned'))
    if (open.size === 0) return
    try {
      const committed = await asker.committed([...open])
      const now = await topicsNow(asker, new Set([...open].map(({ topic }) => topic)), options)
      const recognised = await Promise.allSettled(committed.map((one) => recognise(asker, one, now)))
      for (const [place, { topic, partition, offset }] of committed.entries()) {
        const found = recognised[place]
        const work = works.find({ topic, partition })
        if (found?.status !== 'fulfilled') continue
        if (asker !== session || work === undefined || work.settled || work.ownership !== 'owned') continue
        // It went and came again meanwhile: who had it in between went further than this answer says.
        if (!open.has(work)) continue
        beginFrom(work, offset, found.value)
      }
      for (const one of recognised) if (one.status === 'rejected') throw one.reason
    } catch (error) {
      client.log('warn', `what the group has committed could not be read, trying again: ${messageOf(error)}`, {
        groupId: options.groupId,
      })
      setTimeout(() => void settle(), SETTLE_AGAIN_MS).unref()
    }
  }

  /** @param offset what the group has committed, of whichever topic */
  function beginFrom(work: PartitionWork, offset: number | undefined, recognised: RecognisedTopic): void {
    const { isOther, isCommitted, id, mark, anew } = recognised
    work.settled = true
    work.committed = isCommitted ? offset : undefined
    work.topicAnew = anew
    work.topicId = id
    if (isOther) beginAnew(work, id ?? anew ?? '')
    else if (work.tracker === undefined) work.start = isCommitted ? offset : 0
    // Another member had it in between, and went further than we did.
    else if (work.committed !== undefined && work.committed > work.tracker.watermark())
      intake.leaveTo(work, work.committed)
    work.mark = mark
    intake.resume(work)
  }

  async function recognise(
    asker: GroupSession,
    { metadata, ...partition }: Committed,
    now: ReadonlyMap<string, TopicNow> | undefined,
  ) {
    const topic = now?.get(partition.topic)
    // It is being deleted or made: read on as if it were the former one, it would be taken for that one for good.
    if (now !== undefined && topic === undefined)
      throw new Error(`Kafka does not know ${partition.topic} at the moment`)
    return recogniseTopic({
      work: works.find(partition) ?? createPartitionWork(partition),
      kept: readCommitText(metadata).topic,
      now: topic,
      timestampAt: (offset) => asker.timestampAt(partition, offset),
    })
  }

  function beginAnew(work: PartitionWork, id: string): void {
    const { topic, partition } = work
    client.log('error', 'the topic was made anew: it is read from its beginning on', { topic, partition, id })
    options.emit({ kind: 'topic-anew', topic, partition, id })
    intake.leaveTo(work, Infinity)
    trackFrom(work, 0)
    work.refetchFrom = undefined
    work.committed = undefined
    session.seek(work, 0)
  }

  return {
    start: () => {
      if (state !== 'new') throw new Error('an ordered consumer is started once')
      state = 'running'
      listener.contact()
      stopObserving = observeConsumer(options.groupId, () => lagOf(works.all()), lanes)
      commits.start()
      discovery.start()
    },
    stop: async ({ drainMs = DRAIN_MS } = {}) => {
      if (state === 'stopped' || state === 'stopping') return
      state = 'stopping'
      discovery.stop()
      failures.stop()
      commits.stop()
      intake.stop()
      for (const work of works.all()) intake.pause(work)
      const drained = Promise.all([lanes.drain(), intake.drained()])
      if (!(await within(drained, drainMs))) {
        for (const work of works.all()) work.abort.abort(new Error('the time to stop is over'))
        await within(drained, ABORT_GRACE_MS)
      }
      await commits.commit()
      await session.stop()
      works.assign([])
      stopObserving?.()
      state = 'stopped'
    },
    // A join may take as long as a rebalance, and a first try as long as a session; twice that is a hanging client.
    isAlive: () => {
      if (state !== 'running' || !isMember) return state !== 'dead'
      // A join may take as long as a rebalance; twice a session beyond that is a client that hangs.
      return Date.now() - lastContactAt < 2 * sessionMs + rebalanceMs
    },
    assignment: () =>
      [...works.all()]
        .filter((work) => work.ownership === 'owned')
        .map(({ topic, partition }) => ({ topic, partition })),
    lag: () => lagOf(works.all()),
    lanes: () => lanes.counts(),
    hold: (topic) => {
      const held = holds.hold(topic)
      for (const work of works.all()) if (work.topic === topic) intake.pause(work)
      return held
    },
    release: (topic) => {
      holds.release(topic)
      for (const work of works.all()) if (work.topic === topic) intake.resume(work)
      lanes.review()
    },
    subscribe: (topics) => discovery.add(topics),
    unsubscribe: (topics) => discovery.remove(topics),
  }
}

function lagOf(works: Iterable<PartitionWork>): PartitionLag[] {
  return [...works].map(({ topic, partition, tracker, endOffset, open, deferrals, failure }) => {
    let oldest: number | undefined
    for (const { writtenAt } of open.values()) oldest = Math.min(oldest ?? writtenAt, writtenAt)
    return {
      topic,
      partition,
      lag: tracker === undefined || endOffset === undefined ? undefined : Math.max(0, endOffset - tracker.watermark()),
      unfinished: open.size + (deferrals?.size() ?? 0),
      oldestUnfinishedAt: oldest,
      failure,
    }
  })
}
