import type { TopicPartition } from '@imchannel/kafka'

/** How a command left this handler: it has ended, it waits in a parked topic, or its partition went to somebody else. */
export type Leaving = 'ended' | 'parked' | 'gone'

/** One delivered command that has not left. */
export interface Delivered {
  /** How the earlier command of the same id leaves; undefined where none is here. */
  readonly before: Promise<Leaving> | undefined
  leave(how: Leaving): void
}

/**
 * Of commands with one id, the one that was delivered first goes first, also where they are of different conversations, or where
 * one is refused: lanes say nothing of their order.
 */
export interface FirstOfId {
  deliver(id: string, place: TopicPartition & { offset: string }): Delivered
  /** These partitions are owned now; what was delivered of others is gone. */
  assigned(partitions: readonly TopicPartition[]): void
  /** What was delivered below an offset is finished elsewhere. */
  left(place: TopicPartition & { below: number }): void
}

interface Entry extends Delivered {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Made only where another of the id comes: nearly none does. */
  left: PromiseWithResolvers<Leaving> | undefined
}

export function createFirstOfId(): FirstOfId {
  /** The latest of each id. */
  const entries = new Map<string, Entry>()
  /** Those before the latest, which are few. */
  const earlier = new Set<Entry>()

  function leaveWhere(isGone: (entry: Entry) => boolean): void {
    for (const entry of [...earlier, ...entries.values()]) if (isGone(entry)) entry.leave('gone')
  }

  return {
    deliver: (id, { topic, partition, offset }) => {
      const last = entries.get(id)
      if (last !== undefined) {
        last.left ??= Promise.withResolvers()
        earlier.add(last)
      }
      const entry: Entry = {
        topic,
        partition,
        offset: Number(offset),
        before: last?.left?.promise,
        left: undefined,
        leave: (how) => {
          entry.left?.resolve(how)
          earlier.delete(entry)
          if (entries.get(id) === entry) entries.delete(id)
        },
      }
      entries.set(id, entry)
      return entry
    },
    assigned: (partitions) => {
      const names = new Set(partitions.map(nameOf))
      leaveWhere((entry) => !names.has(nameOf(entry)))
    },
    left: (place) => leaveWhere((entry) => nameOf(entry) === nameOf(place) && entry.offset < place.below),
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`
}
