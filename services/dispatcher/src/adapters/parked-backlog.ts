import { isParkedOf } from '@imchannel/events'
import {
  committedOffsets,
  describeTopics,
  ensureTopics,
  groupOffsets,
  growTopic,
  listTopics,
  offsetsOfTopics,
  topicOffsets,
} from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { parkedSpec } from './topic-specs.ts'

/** What Kafka says of the parked topics: nothing about parking is remembered anywhere else. */
export interface ParkedBacklog {
  /** The parked topics of a command topic of which what was parked for a partition is not drained. */
  undrained(topic: string, partition: number): Promise<ReadonlySet<string>>
  /** Where a parked partition ends, and how far it is done. */
  look(topic: string, partition: number): Promise<{ end: bigint; committed: bigint }>
  /** Partitions that parked topics of a command topic have; known once one of them was looked at or made. */
  partitions(topic: string): number
  /** Makes a command topic's parked topic where there is none. @throws where it may not be made. */
  ensure(parked: string, topic: string): Promise<void>
  /** The topic is not there any more: it is to be made again. */
  gone(parked: string): void
}

export interface ParkedBacklogOptions {
  client: KafkaClient
  groupId: string
  /** Goes on trying: until it is known who is parked, nothing may be sent. */
  untilDone: <T>(work: () => Promise<T>, what: string) => Promise<T>
  onNewTopic: (parked: string) => void
  maxAgeMs: () => number
}

export function createParkedBacklog(options: ParkedBacklogOptions): ParkedBacklog {
  const { client, groupId, untilDone, onNewTopic, maxAgeMs } = options
  const counts = new Map<string, number>()
  const ensured = new Map<string, { partitions: number | undefined; made: Promise<void> }>()
  const pending = new Map<string, Promise<Map<number, Set<string>>>>()

  /** Read with every assignment: who owns a partition has seen a count that includes it. */
  async function countPartitions(topic: string): Promise<number> {
    const [found] = await describeTopics(client, [topic])
    if (found === undefined) throw new Error(`command topic ${topic} is gone`)
    counts.set(topic, found.partitions.length)
    return found.partitions.length
  }

  async function findUndrained(topic: string): Promise<Map<number, Set<string>>> {
    const byPartition = new Map<number, Set<string>>()
    const partitions = await countPartitions(topic)
    const names = (await listTopics(client)).filter((name) => isParkedOf(name, topic))
    const committed = await groupOffsets(client, groupId, names)
    for (const [name, offsets] of await offsetsOfTopics(client, names)) {
      for (const { partition, low, high } of offsets) {
        const done = committed.get(name)?.find((one) => one.partition === partition)?.offset ?? low
        if (done >= high) continue
        for (let source = partition; source < partitions; source += partitions) {
          const undrained = byPartition.get(source) ?? new Set()
          byPartition.set(source, undrained.add(name))
        }
      }
    }
    return byPartition
  }

  return {
    undrained: async (topic, partition) => {
      // All partitions of a topic that come with one assignment share one look.
      const shared = pending.get(topic) ?? untilDone(() => findUndrained(topic), `parked topics of ${topic}`)
      if (!pending.has(topic)) {
        pending.set(topic, shared)
        queueMicrotask(() => pending.delete(topic))
      }
      return (await shared).get(partition) ?? new Set()
    },

    look: async (topic, partition) => {
      const offsets = (await topicOffsets(client, topic)).find((one) => one.partition === partition)
      if (offsets === undefined) throw new Error(`${topic} has no partition ${partition}`)
      const committed = (await committedOffsets(client, groupId, topic)).get(partition)
      return { end: offsets.high, committed: committed ?? offsets.low }
    },

    partitions: (topic) => {
      const count = counts.get(topic)
      if (count === undefined) throw new Error(`the partitions of ${topic} are not known yet`)
      return count
    },

    ensure: (parked, topic) => {
      // A command topic that grew takes its parked topics along before anything of its new partitions is parked.
      const known = ensured.get(parked)
      if (known !== undefined && known.partitions === counts.get(topic)) return known.made
      const made = (async () => {
        const partitions = counts.get(topic) ?? (await countPartitions(topic))
        const { missing, existing } = await ensureTopics(client, [parkedSpec(parked, partitions, maxAgeMs())])
        if (missing[0] !== undefined) throw new Error(`${parked} cannot be made: ${missing[0].problem}`)
        if (existing.length > 0) await growTopic(client, parked, partitions)
        onNewTopic(parked)
      })()
      const making = { partitions: counts.get(topic), made }
      ensured.set(parked, making)
      made.catch(() => {
        if (ensured.get(parked) === making) ensured.delete(parked)
      })
      return made
    },

    gone: (parked) => void ensured.delete(parked),
  }
}
