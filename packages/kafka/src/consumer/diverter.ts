import type { FullOptions } from './consumer-options.ts'
import type { FetchedBatch } from '../kafkajs/group-session.ts'
import type { OpenRecord, PartitionWork } from './partition-work.ts'
import type { PartitionWorks } from './partition-works.ts'
import type { OutgoingRecord } from '../records.ts'
import type { TopicHolds } from './topic-holds.ts'

/** One record out of a batch. */
export type Delivery = ReturnType<FetchedBatch['at']>

/** Has copies of records written elsewhere, in runs, instead of having each handled. */
export interface Diverter {
  /** Takes the record into the run if it is to be diverted. */
  takes(work: PartitionWork, delivery: Delivery): boolean
  /** Has the run written, before anything that comes after it is handled. */
  flush(): void
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>
}

export interface DiverterSurroundings {
  options: FullOptions
  works: PartitionWorks
  holds: TopicHolds
  /** Records whose copies are stored are finished, and there is room again; they count as so many that were handled. */
  finished(handled: number): void
  /** A record that could not be diverted. */
  handle(work: PartitionWork, delivery: Delivery, opened: OpenRecord): void
}

interface Run {
  readonly work: PartitionWork
  readonly deliveries: (Delivery & { readonly opened: OpenRecord })[]
  readonly copies: OutgoingRecord[]
}

export function createDiverter({ options, works, holds, ...then }: DiverterSurroundings): Diverter {
  const { divert } = options
  const writing = new Set<Promise<void>>()
  let run: Run | undefined

  function copyOf({ record }: Delivery): OutgoingRecord | undefined {
    try {
      return divert?.copyOf(record)
    } catch (error) {
      options.emit({ kind: 'handler-failed', record, error })
      return undefined
    }
  }

  async function write({ work, deliveries, copies }: Run): Promise<void> {
    holds.began(work.topic)
    let stored: readonly boolean[] = []
    try {
      stored = (await divert?.write(copies)) ?? []
    } catch (error) {
      for (const { record } of deliveries.slice(0, 1)) options.emit({ kind: 'handler-failed', record, error })
    }
    holds.ended(work.topic)
    let closed = 0
    for (let index = 0; index < deliveries.length; index++) {
      const delivery = deliveries[index]
      if (delivery === undefined) continue
      if (stored[index] !== true) {
        if (work.open.get(delivery.offset) === delivery.opened) then.handle(work, delivery, delivery.opened)
      } else if (works.closed(work, delivery.offset, delivery.opened)) closed++
    }
    then.finished(Math.ceil(closed * DIVERTED_SHARE))
  }

  function flush(): void {
    if (run === undefined) return
    const written = write(run).finally(() => writing.delete(written))
    writing.add(written)
    run = undefined
  }

  return {
    takes: (work, delivery) => {
      const copy = copyOf(delivery)
      if (copy === undefined) return false
      if (run?.work !== work) flush()
      run ??= { work, deliveries: [], copies: [] }
      const { offset, record, bytes } = delivery
      const opened = { writtenAt: record.timestamp, bytes, share: DIVERTED_SHARE }
      run.deliveries.push({ ...delivery, opened })
      run.copies.push(copy)
      works.opened(work, offset, opened)
      if (run.copies.length >= RUN_RECORDS) flush()
      return true
    },
    flush,
    settled: async () => {
      await Promise.all(writing)
    },
  }
}

/** What a record without a lane or a handler takes of the room of one that has them, and counts before a commit is due. */
const DIVERTED_SHARE = 1 / 32

/** Small beside what may be on its way, so that one is read while others are written. */
const RUN_RECORDS = 1_000
