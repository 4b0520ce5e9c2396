import { parseCommand, sketchSubject } from '@imchannel/events'
import type { CommandReading, OutcomeSubject } from '@imchannel/events'
import type { IncomingRecord } from '@imchannel/kafka'
import { newOwner } from '@imchannel/ledger'
import type { ReadingMarks } from '@imchannel/ledger'

/**
 * What a record says. `threw`: reading it met a bug, which the same bytes would meet each time. `deadly`: reading it ended
 * the process before, and it is not read again.
 */
export type Reading =
  CommandReading | { outcome: 'threw'; error: unknown } | { outcome: 'deadly'; subject?: OutcomeSubject }

/** Reads a record between two marks, one at a time, so that a death while it is read is known to be its own. */
export type ReadAlone = (record: IncomingRecord) => Promise<Reading>

/** The largest command that anybody needs has 512 KiB inline, 683 KiB in base64; what is larger is worth two trips to Redis. */
const LARGE_BYTES = 1024 * 1024
/** Twice in a row is an accident; the third time it is not read. */
const MOST_READINGS = 3

/** Whether a record is large enough to be read alone. */
export function isLarge(record: IncomingRecord): boolean {
  return record.value !== null && record.value.length > LARGE_BYTES
}

export function readCommand(record: IncomingRecord): Reading {
  try {
    return parseCommand(record)
  } catch (error) {
    return { outcome: 'threw', error }
  }
}

export function createReadAlone(marks: ReadingMarks, read = readCommand): ReadAlone {
  const attempts = new WeakMap<IncomingRecord, { readonly name: string; reading?: Reading }>()
  let last: Promise<unknown> = Promise.resolve()

  // Tried again after a mark that Redis did not take, it is the same reading and counts once.
  async function readMarked(record: IncomingRecord): Promise<Reading> {
    const attempt = attempts.get(record) ?? { name: newOwner() }
    attempts.set(record, attempt)
    if (attempt.reading === undefined) {
      const begun = await marks.begin(record, attempt.name)
      attempt.reading = begun < MOST_READINGS ? read(record) : deadly(record)
    }
    if (attempt.reading.outcome !== 'deadly') await marks.end(record)
    return attempt.reading
  }

  return (record) => {
    const mine = last.then(() => readMarked(record))
    last = mine.catch(() => undefined)
    return mine
  }
}

function deadly(record: IncomingRecord): Reading {
  const subject = sketchSubject(record)
  return { outcome: 'deadly', ...(subject === undefined ? {} : { subject }) }
}
