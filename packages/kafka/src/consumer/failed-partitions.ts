import type { KafkaLog } from '../kafkajs/client.ts'
import { messageOf } from '../kafkajs/admin.ts'
import type { TopicPartition } from '../records.ts'
import type { PartitionWork } from './partition-work.ts'

/** Partitions that cannot be read at the moment: left out, and tried again by themselves. */
export interface FailedPartitions {
  failed(work: PartitionWork, error: Error): void
  stop(): void
}

/** What passes by itself, as while a topic is moved or made anew, costs a second; what has to be put right is looked at each minute. */
const FIRST_AGAIN_MS = 1_000
const LONGEST_AGAIN_MS = 60_000
/** Where it fails once more, it does so with the next fetch. */
const FAILS_WITHIN_MS = 5_000

export function createFailedPartitions(
  log: KafkaLog,
  intake: { pause: (work: PartitionWork) => void; resume: (work: PartitionWork) => void },
): FailedPartitions {
  const known = new Map<string, { reason: string; againMs: number; timer: NodeJS.Timeout }>()

  function recovered(work: PartitionWork, name: string): void {
    known.delete(name)
    if (work.ownership !== 'gone') log('info', 'the partition is read again', placeOf(work))
  }

  function tryAgain(work: PartitionWork, name: string, reason: string, againMs: number): void {
    known.set(name, { reason, againMs, timer: setTimeout(() => recovered(work, name), FAILS_WITHIN_MS).unref() })
    work.failure = undefined
    intake.resume(work)
  }

  return {
    failed: (work, error) => {
      const name = `${work.topic} ${work.partition}`
      const reason = messageOf(error)
      const before = known.get(name)
      clearTimeout(before?.timer)
      if (before?.reason !== reason) {
        log('error', `the partition cannot be read and is left out, tried again until it can: ${reason}`, placeOf(work))
      }
      intake.pause(work)
      work.failure = reason
      const againMs = Math.min(LONGEST_AGAIN_MS, before === undefined ? FIRST_AGAIN_MS : before.againMs * 2)
      const timer = setTimeout(() => tryAgain(work, name, reason, againMs), againMs).unref()
      known.set(name, { reason, againMs, timer })
    },
    stop: () => {
      for (const { timer } of known.values()) clearTimeout(timer)
    },
  }
}

function placeOf({ topic, partition }: TopicPartition): { topic: string; partition: number } {
  return { topic, partition }
}
