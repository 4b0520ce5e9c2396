import type { ConsumerLimits } from './consumer-options.ts'
import { createDeferrals, type DeferralLimits } from './deferrals.ts'
import { createPartitionWork, type OpenRecord, type PartitionWork } from './partition-work.ts'
import type { TopicPartition } from '../records.ts'

/** All partitions of a member, and what they hold in memory together. */
export interface PartitionWorks {
  all(): IterableIterator<PartitionWork>
  find(partition: TopicPartition): PartitionWork | undefined
  /** Takes an assignment in: what is new begins, what is not in it any more is returned, given up. */
  assign(assignment: readonly TopicPartition[]): PartitionWork[]
  opened(work: PartitionWork, offset: number, record: OpenRecord): void
  /** False if it was finished before, or given up: its offset may be another record's by now, in a topic made anew. */
  closed(work: PartitionWork, offset: number, record: OpenRecord): boolean
  isFull(work: PartitionWork): boolean
  isHalfEmpty(work: PartitionWork): boolean
}

export function createPartitionWorks(limits: ConsumerLimits, defer?: DeferralLimits): PartitionWorks {
  const works = new Map<string, PartitionWork>()
  let records = 0
  let bytes = 0
  /** Partitions with open records. */
  let busy = 0

  /** The second half of the room for all is for partitions that have less than their share of it, of all that have records open. */
  const hasShare = (work: PartitionWork) => records < limits.records / 2 || work.records < limits.records / busy

  const isWithin = (work: PartitionWork, share: number) =>
    work.records < limits.partitionRecords * share &&
    work.bytes < limits.partitionBytes * share &&
    records < limits.records * share &&
    bytes < limits.bytes * share

  function giveUp(work: PartitionWork): void {
    records -= work.records
    bytes -= work.bytes
    if (work.open.size > 0) busy--
    work.open.clear()
    work.records = 0
    work.bytes = 0
    work.ownership = 'gone'
    work.abort.abort(new Error(`partition ${nameOf(work)} went to another member`))
  }

  return {
    all: () => works.values(),
    find: (partition) => works.get(nameOf(partition)),
    assign: (assignment) => {
      const names = new Set(assignment.map(nameOf))
      const gone = [...works.values()].filter((work) => !names.has(nameOf(work)))
      for (const work of gone) {
        works.delete(nameOf(work))
        giveUp(work)
      }
      for (const one of assignment) {
        if (works.has(nameOf(one))) continue
        works.set(nameOf(one), createPartitionWork(one, defer && createDeferrals(defer)))
      }
      return gone
    },
    opened: (work, offset, record) => {
      if (work.open.size === 0) busy++
      work.open.set(offset, record)
      work.records += record.share
      work.bytes += record.bytes
      records += record.share
      bytes += record.bytes
    },
    closed: (work, offset, record) => {
      if (work.open.get(offset) !== record) return false
      work.open.delete(offset)
      if (work.open.size === 0) busy--
      work.tracker?.finish(offset)
      mark(work, offset, record)
      work.deferrals?.finished(offset)
      work.records -= record.share
      work.bytes -= record.bytes
      records -= record.share
      bytes -= record.bytes
      return true
    },
    // One that holds nothing must not wait for the others, or a record that nobody has room for would stop it for ever.
    isFull: (work) => work.open.size > 0 && !(isWithin(work, 1) && hasShare(work)),
    isHalfEmpty: (work) => work.open.size === 0 || isWithin(work, 0.5),
  }
}

function mark(work: PartitionWork, offset: number, { writtenAt: timestamp }: OpenRecord): void {
  // -1: the log is of a format without timestamps.
  if (work.topicId !== undefined || timestamp < 0 || work.tracker === undefined) return
  if (offset < work.tracker.watermark()) work.mark = { offset, timestamp }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`
}
