/** What one contender was given, and what came of it. */
export interface Books {
  /** Commands that Kafka has confirmed to the bot. */
  readonly commands: readonly Given[]
  /** Ids of the commands that the provider took, in the order in which it took them. */
  readonly taken: readonly string[]
  /** Customers' messages that were answered 200. */
  readonly messages: readonly Given[]
  /** Ids of the customers' messages in Kafka, in the order of their partitions, each time with the event's own id. */
  readonly events: readonly { readonly messageId: string; readonly eventId: string }[]
}

/** One of a conversation, which has a number in it. */
export interface Given {
  readonly id: string
  readonly conversation: string
  readonly index: number
  readonly at: number
}

export interface Score {
  readonly given: number
  /** Given, not arrived, and not yet missing for long enough to call it lost. */
  readonly waiting: number
  /** Confirmed or answered 200, and not there. */
  readonly lost: number
  /** What a customer's phone shows more often than it should, and events of one message under several ids. */
  readonly doubled: number
  /** What arrived first behind a later one of its conversation. */
  readonly reordered: number
}

/** Pure. @param lostAfterMs how long what is missing may still be on its way */
export function score({ commands, taken, messages, events }: Books, now: number, lostAfterMs: number): Score {
  const sent = countAll(taken)
  const seen = Map.groupBy(events, ({ messageId }) => messageId)
  const missing = [...commands.filter(({ id }) => !sent.has(id)), ...messages.filter(({ id }) => !seen.has(id))]
  const lost = missing.filter(({ at }) => now - at > lostAfterMs).length
  const again = [...sent.values()].reduce((sum, times) => sum + times - 1, 0)
  const severalIds = [...seen.values()].reduce(
    (sum, same) => sum + new Set(same.map(({ eventId }) => eventId)).size - 1,
    0,
  )
  return {
    given: commands.length + messages.length,
    waiting: missing.length - lost,
    lost,
    doubled: again + severalIds,
    reordered:
      countReordered(taken, commands) +
      countReordered(
        events.map(({ messageId }) => messageId),
        messages,
      ),
  }
}

/** By where each came first: what comes again is counted as doubled. */
function countReordered(arrived: readonly string[], given: readonly Given[]): number {
  const known = new Map(given.map((one) => [one.id, one]))
  const furthest = new Map<string, number>()
  let count = 0
  for (const id of new Set(arrived)) {
    const one = known.get(id)
    if (one === undefined) continue
    const before = furthest.get(one.conversation) ?? -1
    if (one.index < before) count++
    furthest.set(one.conversation, Math.max(before, one.index))
  }
  return count
}

function countAll(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
