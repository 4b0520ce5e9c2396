import { randomInt } from 'node:crypto'
import { BATCH_OVERHEAD_BYTES, DELTA_GROWTH_BYTES } from '../kafkajs/record-size.ts'
import type { TopicFacts } from '../topics/topic-directory.ts'
import type { Waiting, RecordAccumulator } from './record-accumulator.ts'

/** Records that go to one broker in one request. */
export interface Group {
  leader: number
  records: readonly Waiting[]
}

/** Kafka's own default, taken where the topic's limit may not be read: what is larger goes in a request of its own. */
const ASSUMED_LIMIT = 1_048_588

/**
 * Takes the next batch from what waits. Kafka's limit is on the whole record batch of a partition, so one that is full
 * takes no more in this round; its later records wait too, or they would overtake.
 */
export function chooseBatch(
  waiting: RecordAccumulator,
  limits: { maxBatchRecords: number; maxBatchBytes: number },
  factsOf: (topic: string) => TopicFacts | undefined,
): { records: Waiting[]; tooLarge: Waiting[]; misplaced: Waiting[] } {
  const tooLarge: Waiting[] = []
  const misplaced: Waiting[] = []
  const bytesOf = new Map<string, number>()
  const full = new Set<string>()
  let count = 0
  let bytes = 0
  const records = waiting.take((record) => {
    const facts = factsOf(record.topic)
    // A topic that nobody has asked about yet: it came after the question, and is in the next round.
    if (facts === undefined) return 'leave'
    if (record.bytes + BATCH_OVERHEAD_BYTES > (facts.maxMessageBytes ?? Infinity)) {
      tooLarge.push(record)
      return 'leave'
    }
    if (record.partition !== undefined && !(record.partition in facts.leaders)) {
      misplaced.push(record)
      return 'leave'
    }
    if (count > 0 && (count >= limits.maxBatchRecords || bytes + record.bytes > limits.maxBatchBytes)) return 'stop'
    record.partition ??= choosePartition(record, facts)
    const at = `${record.topic} ${record.partition}`
    if (full.has(at)) return 'leave'
    const used = bytesOf.get(at) ?? BATCH_OVERHEAD_BYTES
    const wanted = record.bytes + DELTA_GROWTH_BYTES
    if (used > BATCH_OVERHEAD_BYTES && used + wanted > (facts.maxMessageBytes ?? ASSUMED_LIMIT)) {
      full.add(at)
      return 'leave'
    }
    bytesOf.set(at, used + wanted)
    count++
    bytes += record.bytes
    return 'take'
  })
  return { records, tooLarge, misplaced }
}

function choosePartition(record: Waiting, facts: TopicFacts): number {
  if (record.keyHash !== undefined) return record.keyHash % facts.leaders.length
  const led = facts.leaders.flatMap((leader, partition) => (leader >= 0 ? [partition] : []))
  return led[led.length > 0 ? randomInt(led.length) : 0] ?? 0
}

/** Parts a batch by the broker that leads each record's partition. */
export function groupByLeader(
  records: readonly Waiting[],
  leadersOf: (topic: string) => readonly number[] | undefined,
): Group[] {
  const groups = new Map<number, Waiting[]>()
  for (const record of records) {
    const leader = leadersOf(record.topic)?.[record.partition ?? 0] ?? -1
    const group = groups.get(leader)
    if (group === undefined) groups.set(leader, [record])
    else group.push(record)
  }
  return [...groups].map(([leader, records]) => ({ leader, records }))
}
