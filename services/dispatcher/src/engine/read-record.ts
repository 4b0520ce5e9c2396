import { peekSend } from '@imchannel/events'
import type { IncomingRecord } from '@imchannel/kafka'
import { unlessAbandoned } from '../adapters/wait.ts'
import type { Unread } from '../domain/lane-of.ts'
import { originalOf } from '../domain/place.ts'
import { withUsableTimestamp } from '../domain/written-at.ts'
import { isLarge, readCommand } from './read-alone.ts'
import type { ReadAlone, Reading } from './read-alone.ts'
import type { Origin } from './work.ts'

export interface ReadRecord<T = Reading | Unread> {
  /** As it stood in its first topic. */
  readonly original: IncomingRecord
  readonly reading: T
}

/** Reads each record once, however often it is asked for. */
export interface RecordReader {
  /** What is known without waiting: of a large one no more than whose it is, until it is handled. */
  read(record: IncomingRecord): ReadRecord
  /** @throws Abandoned */
  readWhole(record: IncomingRecord, signal: AbortSignal): Promise<ReadRecord<Reading>>
}

export interface RecordReaderOptions {
  origin: Origin
  readAlone: ReadAlone
  /** A record's age is counted from now, as its timestamp cannot be right. */
  onUnusableTimestamp(this: void, record: IncomingRecord): void
}

export function createRecordReader({ origin, readAlone, onUnusableTimestamp }: RecordReaderOptions): RecordReader {
  const readings = new WeakMap<IncomingRecord, ReadRecord>()

  function read(record: IncomingRecord): ReadRecord {
    const known = readings.get(record)
    if (known !== undefined) return known
    const written = origin === 'parked' ? originalOf(record) : record
    const original = withUsableTimestamp(written, Date.now())
    if (original !== written) onUnusableTimestamp(written)
    const reading = isLarge(original)
      ? ({ outcome: 'unread', send: peekSend(original) } as const)
      : readCommand(original)
    const fresh = { original, reading }
    readings.set(record, fresh)
    return fresh
  }

  return {
    read,
    async readWhole(record, signal) {
      const { original, reading } = read(record)
      if (reading.outcome !== 'unread') return { original, reading }
      const whole = { original, reading: await unlessAbandoned(readAlone(original), signal) }
      readings.set(record, whole)
      return whole
    },
  }
}
