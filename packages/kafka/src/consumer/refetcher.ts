import type { Deferring, FullOptions } from './consumer-options.ts'
import type { DeferralKey } from './deferrals.ts'
import type { FetchedBatch, GroupSession } from '../kafkajs/group-session.ts'
import type { Delivery } from './diverter.ts'
import type { PartitionWork } from './partition-work.ts'
import type { PartitionWorks } from './partition-works.ts'
import type { IncomingRecord } from '../records.ts'

/** Leaves records in Kafka that have to wait, and fetches them again when there is room for them. */
export interface Refetcher {
  /** Whether the record is left for now. */
  leaves(work: PartitionWork, delivery: Delivery): boolean
  /** Whether there is no room even for what is left. */
  isFull(work: PartitionWork): boolean
  /** Takes what was asked for again out of a batch. False if it is not that batch. */
  fetched(work: PartitionWork, batch: FetchedBatch): boolean
  /** Something of the partition was finished: what was left may be due. */
  review(work: PartitionWork): void
  stop(): void
}

export interface RefetcherSurroundings {
  options: FullOptions
  works: PartitionWorks
  session(): GroupSession
  /** Whether the partition may be fetched from. */
  isOpen(work: PartitionWork): boolean
  deliver(work: PartitionWork, delivery: Delivery): void
  /** The next batch is wanted again, if there is room for it. */
  goOn(work: PartitionWork): void
  /** There may be room for what was not taken before. */
  onRoom(): void
}

const LOOK_MS = 100
/** To look at a record that is left is a tenth of handling one: this many of each look are a few percent of a core. */
const MOST_LEFT_A_LOOK = 1_000

export function createRefetcher(surroundings: RefetcherSurroundings): Refetcher {
  const { options, works } = surroundings
  let leftSinceLook = 0
  let leftInAll = 0
  let timer: NodeJS.Timeout | undefined

  function look(): void {
    timer = undefined
    leftSinceLook = 0
    leftInAll = 0
    for (const { deferrals } of works.all()) leftInAll += deferrals?.size() ?? 0
    surroundings.onRoom()
    for (const work of works.all()) review(work)
    if (leftInAll > 0 || leftSinceLook > 0) lookLater()
  }

  function lookLater(): void {
    timer ??= setTimeout(look, LOOK_MS).unref()
  }

  function keyOf(defer: Deferring, record: IncomingRecord): DeferralKey {
    try {
      return defer.keyOf(record)
    } catch (error) {
      options.emit({ kind: 'handler-failed', record, error })
      const name = `${record.topic} ${record.partition}`
      return { lane: name, group: name }
    }
  }

  /** Asks for what is due, and for what comes next in turn with it. */
  function review(work: PartitionWork): void {
    if (work.refetchFrom !== undefined || !surroundings.isOpen(work)) return
    const due = work.deferrals?.due(works.isFull(work))
    if (due === undefined) return
    work.refetchFrom = due
    surroundings.session().seek(work, due)
    if (!work.paused) return
    work.paused = false
    surroundings.session().resume(work)
  }

  return {
    leaves: (work, delivery) => {
      const { defer } = options
      if (defer === undefined || work.deferrals === undefined) return false
      const { offset, record } = delivery
      if (!work.deferrals.defers(offset, keyOf(defer, record), works.isFull(work))) return false
      leftSinceLook++
      lookLater()
      return true
    },
    isFull: (work) =>
      leftSinceLook >= MOST_LEFT_A_LOOK ||
      work.deferrals?.isFull() === true ||
      leftInAll + leftSinceLook >= (options.defer?.mostInAll ?? Infinity),
    fetched: (work, batch) => {
      const asked = work.refetchFrom
      // The next batch may have been on its way already.
      if (asked === undefined || batch.askedFor === work.position) return false
      work.refetchFrom = undefined
      let found = false
      for (let place = 0; place < batch.count; place++) {
        const delivery = batch.at(place)
        found ||= delivery.offset === asked
        if (work.deferrals?.takes(delivery.offset, works.isFull(work)) === true) surroundings.deliver(work, delivery)
      }
      if (!found) forget(work, asked, batch)
      surroundings.session().seek(work, work.position)
      surroundings.goOn(work)
      // With nothing left to read, what is due need not wait for its turn.
      if (work.position >= batch.endOffset) review(work)
      return true
    },
    review,
    stop: () => clearTimeout(timer),
  }
}

/** What was asked for is not there: with a gap in the log it goes alone, with a beginning that was removed all before it do. */
function forget(work: PartitionWork, asked: number, batch: FetchedBatch): void {
  const gone = batch.askedFor > asked ? (work.deferrals?.forgetBelow(batch.askedFor) ?? []) : [asked]
  for (const offset of gone) {
    work.deferrals?.forget(offset)
    work.tracker?.finish(offset)
  }
}
