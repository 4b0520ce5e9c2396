import type { FullOptions, HandlerContext } from './consumer-options.ts'
import { createDiverter, type Delivery } from './diverter.ts'
import type { FetchedBatch, GroupSession } from '../kafkajs/group-session.ts'
import { handleRecord } from './handle-record.ts'
import { kafkaInstruments } from '../instruments.ts'
import type { Lanes } from './lanes.ts'
import { type Fit, fitOf, type OpenRecord, type PartitionWork, trackFrom } from './partition-work.ts'
import type { PartitionWorks } from './partition-works.ts'
import { processAttributes } from './process-span.ts'
import type { IncomingRecord, TopicPartition } from '../records.ts'
import { createRefetcher } from './refetcher.ts'
import type { TopicHolds } from './topic-holds.ts'

/** Takes what is fetched into the lanes, as much as there is room for, and pauses and resumes partitions accordingly. */
export interface FetchBuffer {
  /** False if the batch is not wanted. */
  fetched(batch: FetchedBatch): boolean
  /** There was nothing to deliver up to an offset. */
  skipped(partition: TopicPartition, nextOffset: number, endOffset: number): void
  /** Gives up what lies below an offset: it is finished elsewhere, or not there any more. */
  leaveTo(work: PartitionWork, offset: number): void
  pause(work: PartitionWork): void
  /** Has a partition fetched again, if nothing speaks against it. */
  resume(work: PartitionWork): void
  /** Something was finished or given up: what waits for room may go on. */
  onRoom(): void
  forget(work: PartitionWork): void
  /** Resolves when no copy of a diverted record is on its way. */
  drained(): Promise<void>
  stop(): void
}

/** A larger batch, of which not all could be delivered, is fetched again later instead of being kept. */
const MOST_KEPT_BYTES = 256 * 1024

/** What the intake has to know of the consumer that it is a part of. */
export interface FetchBufferSurroundings {
  clientId: string
  options: FullOptions
  works: PartitionWorks
  lanes: Lanes
  holds: TopicHolds
  session(): GroupSession
  isRunning(): boolean
  /** Longer without an answer than a session lasts. */
  isSilent(): boolean
  /** The topic that is read is not the one that was read before, though of the same name. */
  topicMadeAnew(work: PartitionWork): void
  finished(): void
}

export function createFetchBuffer(surroundings: FetchBufferSurroundings): FetchBuffer {
  const { clientId, options, works, lanes, holds } = surroundings
  /** Paused until there is room again. */
  const full = new Set<PartitionWork>()
  const diverter = createDiverter({
    options,
    works,
    holds,
    finished: (handled) => {
      for (let left = handled; left > 0; left--) surroundings.finished()
      onRoom()
    },
    handle: enterLane,
  })
  const refetcher = createRefetcher({
    options,
    works,
    session: () => surroundings.session(),
    isOpen: (work) =>
      work.settled &&
      work.ownership === 'owned' &&
      work.failure === undefined &&
      surroundings.isRunning() &&
      !holds.isHeld(work.topic),
    deliver,
    goOn: (work) => {
      if (work.backlog === undefined && !isFull(work)) return
      full.add(work)
      pauseFetch(work)
    },
    onRoom,
  })

  /** Whose work a batch is; nobody's where it is not wanted now, or of a topic made anew. */
  function takerOf(batch: FetchedBatch): PartitionWork | undefined {
    const work = works.find(batch)
    if (work === undefined || !surroundings.isRunning() || !work.settled || work.paused) return undefined
    if (batch.topicId === undefined || work.topicId === undefined || batch.topicId === work.topicId) return work
    surroundings.topicMadeAnew(work)
    return undefined
  }

  function fetched(batch: FetchedBatch): boolean {
    const work = takerOf(batch)
    if (work === undefined) return false
    work.endOffset = batch.endOffset
    if (work.refetchFrom !== undefined && refetcher.fetched(work, batch)) return false
    const fit = fitOf(work, batch)
    switch (fit.kind) {
      case 'ask-again':
        work.askedAgainFrom = fit.from
        surroundings.session().seek(work, fit.from)
        return false
      case 'jump':
        jump(work, fit)
        break
      case 'fits':
        break
    }
    if (work.tracker === undefined) trackFrom(work, batch.askedFor)
    work.position = Math.max(work.position, batch.nextOffset)
    work.backlog = { batch, place: 0 }
    deliverBacklog(work)
    if (work.backlog === undefined || batch.bytes <= MOST_KEPT_BYTES) return true
    work.backlog = undefined
    work.position = work.tracker?.next() ?? batch.askedFor
    surroundings.session().seek(work, work.position)
    return false
  }

  function jump(work: PartitionWork, { from, to, truncated }: Extract<Fit, { kind: 'jump' }>): void {
    options.emit({ kind: 'offset-reset', topic: work.topic, partition: work.partition, from, to })
    if (!truncated) return
    leaveTo(work, Infinity)
    trackFrom(work, to)
    work.mark = undefined
  }

  /** Delivers of what was fetched as much as there is room for; the rest keeps the partition from being fetched. */
  function deliverBacklog(work: PartitionWork): void {
    const { backlog, tracker } = work
    if (backlog !== undefined && tracker !== undefined) {
      const { batch } = backlog
      const mayDivert = options.divert !== undefined && !isHeld(work)
      while (backlog.place < batch.count && !isFull(work)) {
        const delivery = batch.at(backlog.place++)
        markTopic(work, delivery)
        if (!tracker.deliver(delivery.offset) || refetcher.leaves(work, delivery)) continue
        if (mayDivert && diverter.takes(work, delivery)) continue
        diverter.flush()
        deliver(work, delivery)
      }
      diverter.flush()
      if (backlog.place === batch.count) {
        tracker.skipTo(batch.nextOffset)
        work.backlog = undefined
        // One addition a batch: what a meter does for one record is what it does for a thousand.
        kafkaInstruments().consumedMessages.add(batch.count, processAttributes(work.topic, options.groupId))
      }
    }
    if (work.backlog !== undefined || isFull(work)) {
      full.add(work)
      pauseFetch(work)
    }
  }

  /** Whether it has to be left to Kafka what comes next. */
  function isFull(work: PartitionWork): boolean {
    return work.deferrals === undefined ? works.isFull(work) : refetcher.isFull(work)
  }

  function isHalfEmpty(work: PartitionWork): boolean {
    return work.deferrals === undefined ? works.isHalfEmpty(work) : !refetcher.isFull(work)
  }

  function onRoom(): void {
    for (const work of full) {
      if (work.backlog !== undefined && !isFull(work)) deliverBacklog(work)
      if (work.backlog === undefined && isHalfEmpty(work)) resumeFetch(work)
    }
  }

  function isHeld(work: PartitionWork): boolean {
    return work.ownership !== 'owned' || surroundings.isSilent() || holds.isHeld(work.topic)
  }

  function deliver(work: PartitionWork, delivery: Delivery): void {
    const { offset, record, bytes } = delivery
    markTopic(work, delivery)
    const opened = { writtenAt: record.timestamp, bytes, share: 1 }
    works.opened(work, offset, opened)
    enterLane(work, delivery, opened)
  }

  function enterLane(work: PartitionWork, { offset, record }: Delivery, opened: OpenRecord): void {
    let attempt = 0
    const lane = laneOf(record)
    const isOpen = () => work.open.get(offset) === opened
    const context: HandlerContext = {
      signal: work.abort.signal,
      get attempt() {
        return attempt
      },
      rank: () => Math.min(lanes.rankOf(lane), work.deferrals?.rankOf(lane) ?? Infinity),
      isCurrent: () => isOpen() && work.ownership === 'owned' && !surroundings.isSilent(),
    }
    lanes.add({
      lane,
      rank: rankOf(record),
      isWanted: isOpen,
      isHeld: () => isHeld(work),
      run: async () => {
        attempt++
        holds.began(work.topic)
        const result = await handleRecord(options, clientId, record, context)
        holds.ended(work.topic)
        return result
      },
      finished: () => {
        if (!works.closed(work, offset, opened)) return
        surroundings.finished()
        if (work.deferrals !== undefined) refetcher.review(work)
        else if (full.size > 0) onRoom()
      },
    })
  }

  /** A lane is the caller's word; where it fails on a record, the handler is to deal with it, in the order of the partition. */
  function laneOf(record: IncomingRecord): string {
    try {
      return options.laneOf(record)
    } catch (error) {
      options.emit({ kind: 'handler-failed', record, error })
      return `${record.topic} ${record.partition}`
    }
  }

  function rankOf(record: IncomingRecord): number {
    try {
      return options.rankOf?.(record) ?? 0
    } catch (error) {
      options.emit({ kind: 'handler-failed', record, error })
      return 0
    }
  }

  function leaveTo(work: PartitionWork, offset: number): void {
    for (const [at, record] of work.open) if (at < offset) works.closed(work, at, record)
    work.backlog = undefined
    for (const at of work.deferrals?.forgetBelow(offset) ?? []) work.tracker?.finish(at)
    work.tracker?.skipTo(offset)
    if (work.tracker !== undefined) work.position = Math.max(work.position, work.tracker.next())
    options.emit({ kind: 'left', topic: work.topic, partition: work.partition, below: offset })
    lanes.review()
  }

  function pauseFetch(work: PartitionWork): void {
    if (work.paused) return
    work.paused = true
    surroundings.session().pause(work)
  }

  function resumeFetch(work: PartitionWork): void {
    if (!work.paused || !work.settled || work.ownership !== 'owned' || !surroundings.isRunning()) return
    if (holds.isHeld(work.topic) || work.failure !== undefined) return
    if (work.backlog !== undefined || isFull(work)) {
      full.add(work)
      return
    }
    work.paused = false
    full.delete(work)
    surroundings.session().resume(work)
  }

  return {
    fetched,
    skipped: (partition, nextOffset, endOffset) => {
      const work = works.find(partition)
      if (work === undefined || !work.settled) return
      work.endOffset = endOffset
      if (work.tracker !== undefined) {
        if (nextOffset > work.position) work.position = nextOffset
        if (work.backlog === undefined) work.tracker.skipTo(nextOffset)
      } else if (work.start === undefined || work.start < nextOffset) work.start = nextOffset
    },
    leaveTo,
    pause: pauseFetch,
    resume: resumeFetch,
    onRoom,
    forget: (work) => full.delete(work),
    drained: () => diverter.settled(),
    stop: () => refetcher.stop(),
  }
}

function markTopic({ topicAnew }: PartitionWork, { record }: Delivery): void {
  if (topicAnew !== undefined) record.topicAnew = topicAnew
}
