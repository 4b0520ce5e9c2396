import { discoverTopics } from './topic-discovery.ts'
import { messageOf } from './admin.ts'
import type { KafkaClient } from './client.ts'
import type { FetchedBatch, GroupListener } from './group-session.ts'
import { kafkaInstruments, messagingAttributes } from './instruments.ts'
import { createKafkajsGroupSession } from './kafkajs-group-session.ts'
import { createLanes, type HandleResult, type LaneCounts } from './lanes.ts'
import { beginAt, createPartitionWork, entryOf, type PartitionWork } from './partition-work.ts'
import { runInProcessSpan } from './process-span.ts'
import type { IncomingRecord, TopicPartition } from './records.ts'

/** What a handler gets beside the record. */
export interface HandlerContext {
  /** Fires when the partition went to another member, or the time to stop is over. */
  readonly signal: AbortSignal
  /** 1 for the first call of this delivery. It starts anew after a restart or a rebalance: keep what must survive in a store. */
  readonly attempt: number
  /** False once another member may be at work on the record; ask before each step that has an effect. */
  isCurrent(): boolean
}

export type ConsumerEvent =
  | { kind: 'assigned'; partitions: readonly TopicPartition[] }
  | { kind: 'lost' }
  | { kind: 'committed'; partitions: number }
  | { kind: 'commit-failed'; error: Error }
  /** Records between were not delivered: they are not in Kafka any more. */
  | { kind: 'offset-reset'; partition: TopicPartition; from: number | undefined; to: number }
  | { kind: 'handler-failed'; record: IncomingRecord; error: unknown }
  | { kind: 'topics'; topics: readonly string[] }
  /** The consumer has stopped for good, and the process should. */
  | { kind: 'fatal'; error: Error }

export interface OrderedConsumerOptions {
  groupId: string
  /** Names, and expressions that match whole names or parts of them. What is made later is found within `discoverMs`. */
  topics: readonly (string | RegExp)[]
  /** Topics that no expression is to match. */
  exclude?(topic: string): boolean
  /** Records of one lane are handled one after another, in the order of their delivery, also across partitions and topics. */
  laneOf(record: IncomingRecord): string
  handle(record: IncomingRecord, context: HandlerContext): Promise<HandleResult>
  /** Decides after a throw. Without it the record is tried again, from 1 s up to 60 s apart, for ever. */
  onFailure?(error: unknown, record: IncomingRecord, context: HandlerContext): HandleResult | Promise<HandleResult>
  onEvent?(event: ConsumerEvent): void
  limits?: Partial<ConsumerLimits>
  /** A dead member stalls its group for so long. Default 10 s; brokers allow 6 s and more (`group.min.session.timeout.ms`). */
  sessionMs?: number
  /** Default 1 s. */
  heartbeatMs?: number
  /** Default 15 s. */
  rebalanceMs?: number
  /** Default 1 s. */
  commitEveryMs?: number
  /** Default 500 finished records. */
  commitEvery?: number
  /** Default 30 s. */
  discoverMs?: number
}

/** What may be held in memory at once; a partition over its limit is not fetched from until half of it is finished. */
export interface ConsumerLimits {
  /** Handlers at once. Default 256. */
  running: number
  /** Delivered and unfinished records: of one partition (default 2,000) … */
  partitionRecords: number
  /** … and of all (default 10,000). */
  records: number
  /** Their bytes: of one partition (default 16 MiB) … */
  partitionBytes: number
  /** … and of all (default 64 MiB). One record is always taken, whatever its size. */
  bytes: number
}

export interface PartitionLag extends TopicPartition {
  /** Records between the watermark and the end of the partition; undefined before the first fetch. */
  lag: number | undefined
  unfinished: number
  /** When the oldest unfinished record was written, in ms since 1970. */
  oldestUnfinishedAt: number | undefined
}

/** A member of a consumer group that handles records in lanes. */
export interface OrderedConsumer {
  /** Starts to look for topics and to join, and goes on trying until `stop`. */
  start(): Promise<void>
  /** Takes nothing new, lets handlers end (within `drainMs`, default 20 s; then their signals fire), commits, leaves the group. */
  stop(options?: { drainMs?: number }): Promise<void>
  /** False when neither a heartbeat nor a fetch was answered for twice the session though there were topics to read. */
  isAlive(): boolean
  assignment(): TopicPartition[]
  lag(): PartitionLag[]
  lanes(): LaneCounts
  /** Starts no record of the topic until `release`; resolves when none of them runs any more. Survives rebalances. */
  hold(topic: string): Promise<void>
  release(topic: string): void
  /** Takes the topics named here, too, from now on. */
  subscribe(topics: readonly string[]): void
  unsubscribe(topics: readonly string[]): void
}

const LIMITS: ConsumerLimits = {
  running: 256,
  partitionRecords: 2_000,
  records: 10_000,
  partitionBytes: 16 * 1024 * 1024,
  bytes: 64 * 1024 * 1024,
}
const DRAIN_MS = 20_000
/** After a signal fired, handlers get this long to notice. */
const ABORT_GRACE_MS = 1_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

/** Makes a consumer that keeps order within a lane and works on hundreds of lanes at once. Deliveries are at least once. */
export function createOrderedConsumer(client: KafkaClient, options: OrderedConsumerOptions): OrderedConsumer {
  const limits = { ...LIMITS, ...options.limits }
  const sessionMs = options.sessionMs ?? 10_000
  const times = { sessionMs, heartbeatMs: options.heartbeatMs ?? 1_000, rebalanceMs: options.rebalanceMs ?? 15_000 }
  const commitEvery = options.commitEvery ?? 500
  const emit = (event: ConsumerEvent) => options.onEvent?.(event)
  const lanes = createLanes(limits.running)
  const works = new Map<string, PartitionWork>()
  const held = new Set<string>()
  const runningOf = new Map<string, number>()
  let holdWaiters: { topic: string; resolve: () => void }[] = []
  let records = 0
  let bytes = 0
  let finishedSinceCommit = 0
  let committing: Promise<void> | undefined
  let commitTimer: NodeJS.Timeout | undefined
  let contactAt = Date.now()
  let state: 'new' | 'running' | 'stopping' | 'stopped' | 'dead' = 'new'

  const listener: GroupListener = {
    assigned,
    lost: () => {
      if (works.size > 0) emit({ kind: 'lost' })
      for (const work of works.values()) drop(work)
    },
    fetched,
    contact: () => (contactAt = Date.now()),
    fatal: (error) => {
      state = 'dead'
      client.log('error', `the consumer cannot go on: ${error.message}`, { groupId: options.groupId })
      emit({ kind: 'fatal', error })
    },
  }
  let session = createKafkajsGroupSession(client, options.groupId, times, listener)
  const discovery = discoverTopics(client, options, async (topics) => {
    emit({ kind: 'topics', topics })
    await session.stop()
    listener.lost()
    if (state !== 'running') return
    contactAt = Date.now()
    session = createKafkajsGroupSession(client, options.groupId, times, listener)
    session.start(topics)
  })

  function assigned(assignment: readonly TopicPartition[], unbroken: boolean): void {
    const names = new Set(assignment.map(nameOf))
    for (const work of works.values()) if (!names.has(nameOf(work))) drop(work)
    for (const one of assignment) {
      const known = works.get(nameOf(one))
      const work = known ?? createPartitionWork(one)
      works.set(nameOf(one), work)
      work.fetchPaused = true
      work.soughtCommitted = false
      if (known?.tracker !== undefined && unbroken) {
        session.seek(one, known.tracker.next())
        resumeFetch(work)
      } else {
        work.settled = false
      }
    }
    lanes.review()
    kafkaInstruments().rebalances.add(1, { 'messaging.consumer.group.name': options.groupId })
    emit({ kind: 'assigned', partitions: assignment })
    void settle()
  }

  /** Learns what the group has committed, and lets the partitions that waited for it begin. */
  async function settle(): Promise<void> {
    const open = [...works.values()].filter((work) => !work.settled)
    if (open.length === 0) return
    const asked = session
    try {
      for (const { topic, partition, offset } of await asked.committed(open)) {
        const work = works.get(nameOf({ topic, partition }))
        if (work === undefined || work.settled || !open.includes(work) || asked !== session) continue
        work.committed = offset
        work.settled = true
        // Somebody else had the partition in between and went further.
        if (work.tracker !== undefined && offset !== undefined && offset > work.tracker.watermark())
          forgetBelow(work, offset)
        resumeFetch(work)
      }
    } catch (error) {
      client.log('warn', `committed offsets could not be read, trying again: ${messageOf(error)}`, {
        groupId: options.groupId,
      })
      setTimeout(() => void settle(), 1_000).unref()
    }
  }

  function forgetBelow(work: PartitionWork, offset: number): void {
    for (const at of work.open.keys()) if (at < offset) finish(work, at)
    work.tracker?.skipTo(offset)
    lanes.review()
  }

  function drop(work: PartitionWork): void {
    works.delete(nameOf(work))
    work.owned = false
    records -= work.open.size
    bytes -= work.bytes
    work.open.clear()
    work.bytes = 0
    work.abort.abort(new Error(`partition ${nameOf(work)} went to another member`))
    lanes.review()
    relieve()
  }

  function fetched(batch: FetchedBatch): number {
    contactAt = Date.now()
    const work = works.get(nameOf(batch))
    if (work === undefined || state !== 'running' || !work.settled || work.fetchPaused) return batch.askedFor
    work.endOffset = batch.endOffset
    const entry = entryOf(work, batch)
    switch (entry.kind) {
      case 'seek':
        work.soughtCommitted = true
        session.seek(work, entry.offset)
        return batch.askedFor
      case 'reset':
        emit({
          kind: 'offset-reset',
          partition: { topic: work.topic, partition: work.partition },
          from: entry.from,
          to: entry.to,
        })
        if (entry.from !== undefined && entry.to < entry.from) forgetBelow(work, Infinity)
        if (work.tracker === undefined || entry.to < work.tracker.next()) beginAt(work, entry.to)
        break
      case 'go-on':
        break
    }
    const tracker = work.tracker ?? beginAt(work, batch.askedFor < 0 ? batch.nextOffset : batch.askedFor)
    let taken = 0
    for (const { offset, record, bytes } of batch.records) {
      if (taken > 0 || work.open.size > 0)
        if (isFull(work)) {
          pauseFetch(work)
          return offset
        }
      if (!tracker.deliver(offset)) continue
      take(work, offset, record, bytes)
      taken++
    }
    tracker.skipTo(batch.nextOffset)
    if (isFull(work)) pauseFetch(work)
    return batch.nextOffset
  }

  function take(work: PartitionWork, offset: number, record: IncomingRecord, size: number): void {
    work.open.set(offset, { writtenAt: record.timestamp, bytes: size })
    work.bytes += size
    records++
    bytes += size
    let attempt = 0
    const isWanted = () => work.owned && work.open.has(offset)
    const context: HandlerContext = {
      signal: work.abort.signal,
      get attempt() {
        return attempt
      },
      isCurrent: () => isWanted() && Date.now() - contactAt < sessionMs,
    }
    lanes.add({
      lane: laneOf(record),
      isWanted,
      isHeld: () => held.has(work.topic),
      run: () => {
        attempt++
        return handle(record, context)
      },
      finished: () => {
        if (isWanted()) finish(work, offset)
      },
    })
    kafkaInstruments().consumedMessages.add(1, {
      ...messagingAttributes('process', work.topic),
      'messaging.consumer.group.name': options.groupId,
    })
  }

  function laneOf(record: IncomingRecord): string {
    try {
      return options.laneOf(record)
    } catch (error) {
      emit({ kind: 'handler-failed', record, error })
      return `${record.topic} ${record.partition}`
    }
  }

  async function handle(record: IncomingRecord, context: HandlerContext): Promise<HandleResult> {
    runningOf.set(record.topic, (runningOf.get(record.topic) ?? 0) + 1)
    try {
      return await runInProcessSpan(record, options.groupId, client.clientId, () => options.handle(record, context))
    } catch (error) {
      emit({ kind: 'handler-failed', record, error })
      return await afterThrow(error, record, context)
    } finally {
      runningOf.set(record.topic, (runningOf.get(record.topic) ?? 1) - 1)
      if (holdWaiters.length > 0) queueMicrotask(settleHolds)
    }
  }

  async function afterThrow(error: unknown, record: IncomingRecord, context: HandlerContext): Promise<HandleResult> {
    const again: HandleResult = {
      kind: 'retry',
      afterMs: Math.min(FIRST_RETRY_MS * 2 ** (context.attempt - 1), LONGEST_RETRY_MS),
    }
    try {
      return (await options.onFailure?.(error, record, context)) ?? again
    } catch (second) {
      emit({ kind: 'handler-failed', record, error: second })
      return again
    }
  }

  function finish(work: PartitionWork, offset: number): void {
    const size = work.open.get(offset)?.bytes
    if (size === undefined) return
    work.open.delete(offset)
    work.tracker?.finish(offset)
    work.bytes -= size
    records--
    bytes -= size
    // Not at once: a commit must not run between a rejoin inside kafkajs and its event, which are a microtask apart.
    if (++finishedSinceCommit === commitEvery) setImmediate(() => void commit())
    relieve()
  }

  function isFull(work: PartitionWork): boolean {
    return (
      work.open.size >= limits.partitionRecords ||
      work.bytes >= limits.partitionBytes ||
      records >= limits.records ||
      bytes >= limits.bytes
    )
  }

  function isHalfEmpty(work: PartitionWork): boolean {
    return (
      work.open.size <= limits.partitionRecords / 2 &&
      work.bytes <= limits.partitionBytes / 2 &&
      records <= limits.records / 2 &&
      bytes <= limits.bytes / 2
    )
  }

  function pauseFetch(work: PartitionWork): void {
    if (work.fetchPaused) return
    work.fetchPaused = true
    session.pause(work)
  }

  function resumeFetch(work: PartitionWork): void {
    if (
      !work.fetchPaused ||
      !work.settled ||
      !work.owned ||
      held.has(work.topic) ||
      state !== 'running' ||
      isFull(work)
    )
      return
    work.fetchPaused = false
    session.resume(work)
  }

  function relieve(): void {
    for (const work of works.values()) if (work.fetchPaused && isHalfEmpty(work)) resumeFetch(work)
  }

  async function commit(): Promise<void> {
    if (committing !== undefined) await committing
    const due = [...works.values()].flatMap((work) => {
      const offset = work.tracker?.watermark()
      return work.settled && offset !== undefined && offset !== work.committed ? [{ work, offset }] : []
    })
    finishedSinceCommit = 0
    if (due.length === 0) return
    committing = commitNow(due).finally(() => (committing = undefined))
    await committing
  }

  async function commitNow(due: readonly { work: PartitionWork; offset: number }[]): Promise<void> {
    const startedAt = performance.now()
    try {
      await session.commit(due.map(({ work, offset }) => ({ topic: work.topic, partition: work.partition, offset })))
      for (const { work, offset } of due) work.committed = offset
      emit({ kind: 'committed', partitions: due.length })
    } catch (error) {
      // A rebalance, or Kafka is away. Nothing is lost by it: what is not committed is delivered again.
      const failure = error instanceof Error ? error : new Error(messageOf(error))
      emit({ kind: 'commit-failed', error: failure })
    } finally {
      kafkaInstruments().operationDuration.record((performance.now() - startedAt) / 1000, {
        ...messagingAttributes('commit', undefined),
        'messaging.consumer.group.name': options.groupId,
      })
    }
  }

  function settleHolds(): void {
    holdWaiters = holdWaiters.filter(({ topic, resolve }) => {
      if ((runningOf.get(topic) ?? 0) > 0) return true
      resolve()
      return false
    })
  }

  return {
    start: async () => {
      if (state !== 'new') throw new Error('an ordered consumer is started once')
      state = 'running'
      contactAt = Date.now()
      commitTimer = setInterval(() => void commit(), options.commitEveryMs ?? 1_000)
      await discovery.start()
    },
    stop: async ({ drainMs = DRAIN_MS } = {}) => {
      if (state === 'stopped' || state === 'stopping') return
      state = 'stopping'
      discovery.stop()
      clearInterval(commitTimer)
      for (const work of works.values()) pauseFetch(work)
      const drained = lanes.drain()
      if (!(await within(drained, drainMs))) {
        for (const work of works.values()) work.abort.abort(new Error('the time to stop is over'))
        await within(drained, ABORT_GRACE_MS)
      }
      await commit()
      await session.stop()
      for (const work of works.values()) drop(work)
      state = 'stopped'
    },
    isAlive: () => state !== 'dead' && (works.size === 0 || Date.now() - contactAt < 2 * sessionMs),
    assignment: () => [...works.values()].map(({ topic, partition }) => ({ topic, partition })),
    lag: () => [...works.values()].map(lagOf),
    lanes: () => lanes.counts(),
    hold: (topic) => {
      held.add(topic)
      for (const work of works.values()) if (work.topic === topic) pauseFetch(work)
      return new Promise((resolve) => {
        holdWaiters.push({ topic, resolve })
        settleHolds()
      })
    },
    release: (topic) => {
      held.delete(topic)
      for (const work of works.values()) if (work.topic === topic) resumeFetch(work)
      lanes.review()
    },
    subscribe: (topics) => discovery.add(topics),
    unsubscribe: (topics) => discovery.remove(topics),
  }
}

function lagOf(work: PartitionWork): PartitionLag {
  const { topic, partition, tracker, endOffset } = work
  const [oldest] = work.open.values()
  return {
    topic,
    partition,
    lag: tracker === undefined || endOffset === undefined ? undefined : Math.max(0, endOffset - tracker.watermark()),
    unfinished: work.open.size,
    oldestUnfinishedAt: oldest?.writtenAt,
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`
}

async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  try {
    return await Promise.race([promise.then(() => true as const), late])
  } finally {
    clearTimeout(timer)
  }
}
