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
import { parkedTopic, readParkedTopic } from '../domain/parked-topic.ts'
import { parkedSpec } from './topic-specs.ts'

/** What Kafka says of the parked topics: nothing about parking is remembered anywhere else. */
export interface ParkedBacklog {
  /** The tenants that are parked in a partition of a command topic: their parked partition is not drained. */
  tenants(topic: string, partition: number): Promise<ReadonlySet<string>>
  /** Where a parked partition ends, and how far it is done. */
  look(topic: string, partition: number): Promise<{ end: bigint; committed: bigint }>
  /** Partitions that parked topics of a command topic have; known once one of them was looked at or made. */
  partitions(topic: string): number
  /** Makes a parked topic where there is none. @throws where it may not be made. */
  ensure(parked: string): Promise<void>
  /** Parked topics that exist for these command topics. */
  list(topics: (topic: string) => boolean): Promise<string[]>
}

export interface ParkedBacklogOptions {
  client: KafkaClient
  groupId: string
  /** Goes on trying: until it is known who is parked, nothing may be sent. */
  untilDone: <T>(work: () => Promise<T>, what: string) => Promise<T>
  onNewTopic: (parked: string) => void
}

export function createParkedBacklog({ client, groupId, untilDone, onNewTopic }: ParkedBacklogOptions): ParkedBacklog {
  const counts = new Map<string, number>()
  const ensured = new Map<string, Promise<void>>()
  const pending = new Map<string, Promise<Map<number, Set<string>>>>()

  /** Read with every assignment: who owns a partition has seen a count that includes it. */
  async function countPartitions(topic: string): Promise<number> {
    const [found] = await describeTopics(client, [topic])
    if (found === undefined) throw new Error(`command topic ${topic} is gone`)
    counts.set(topic, found.partitions.length)
    return found.partitions.length
  }

  async function findTenants(topic: string): Promise<Map<number, Set<string>>> {
    const byPartition = new Map<number, Set<string>>()
    const partitions = await countPartitions(topic)
    const tenantOf = new Map<string, string>()
    for (const name of await listTopics(client)) {
      const parked = readParkedTopic(name)
      if (parked?.topic === topic) tenantOf.set(name, parked.tenant)
    }
    const names = [...tenantOf.keys()]
    const committed = await groupOffsets(client, groupId, names)
    for (const [name, offsets] of await offsetsOfTopics(client, names)) {
      for (const { partition, low, high } of offsets) {
        const done = committed.get(name)?.find((one) => one.partition === partition)?.offset ?? low
        if (done >= high) continue
        for (let source = partition; source < partitions; source += partitions) {
          const tenants = byPartition.get(source) ?? new Set()
          byPartition.set(source, tenants.add(tenantOf.get(name) ?? ''))
        }
      }
    }
    return byPartition
  }

  return {
    tenants: async (topic, partition) => {
      // All partitions of a topic that come with one assignment share one look.
      const shared = pending.get(topic) ?? untilDone(() => findTenants(topic), `parked topics of ${topic}`)
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

    ensure: (parked) => {
      const place = readParkedTopic(parked)
      if (place === undefined) return Promise.reject(new Error(`${parked} is no parked topic`))
      // A command topic that grew takes its parked topics along before anything of its new partitions is parked.
      const name = `${parked} ${counts.get(place.topic)}`
      const known = ensured.get(name)
      if (known !== undefined) return known
      const made = (async () => {
        const partitions = counts.get(place.topic) ?? (await countPartitions(place.topic))
        const { missing, existing } = await ensureTopics(client, [parkedSpec(parked, partitions)])
        if (missing[0] !== undefined) throw new Error(`${parked} cannot be made: ${missing[0].problem}`)
        if (existing.length > 0) await growTopic(client, parked, partitions)
        onNewTopic(parked)
      })()
      ensured.set(name, made)
      made.catch(() => ensured.delete(name))
      return made
    },

    list: async (isCommandTopic) =>
      (await listTopics(client)).filter((name) => {
        const parked = readParkedTopic(name)
        return parked !== undefined && isCommandTopic(parked.topic) && parkedTopic(parked.topic, parked.tenant) === name
      }),
  }
}
