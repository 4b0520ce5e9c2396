/**
 * Which offsets of a partition are delivered and not finished. What is finished beyond a stuck record costs nothing:
 * only the unfinished are remembered, so a million finished behind one is a set of one.
 */
export interface OffsetTracker {
  /** Every offset below is finished: what may be committed. */
  watermark(): number
  /** The offset that is expected next; every lower one was delivered, or does not exist. */
  next(): number
  /** A record was delivered. False if it was before: then nothing is to be done with it. */
  deliver(offset: number): boolean
  /** There is nothing to deliver below `offset`: compaction, transaction markers and aborted records leave such gaps. */
  skipTo(offset: number): void
  finish(offset: number): void
  unfinished(): number
}

/** Offsets are numbers here: int64 in Kafka, but 2^53 records are out of reach (285 years at a million a second). */
export function createOffsetTracker(start: number): OffsetTracker {
  // Insertion order is offset order, so the first is the lowest.
  const open = new Set<number>()
  let next = start
  return {
    watermark: () => {
      for (const lowest of open) return lowest
      return next
    },
    next: () => next,
    deliver: (offset) => {
      if (offset < next) return false
      open.add(offset)
      next = offset + 1
      return true
    },
    skipTo: (offset) => {
      if (offset > next) next = offset
    },
    finish: (offset) => {
      open.delete(offset)
    },
    unfinished: () => open.size,
  }
}
