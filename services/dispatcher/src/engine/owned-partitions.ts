import type { TopicPartition } from '@imchannel/kafka'
import type { ParkedBacklog } from '../adapters/parked-backlog.ts'
import { BULK } from '../domain/send-class.ts'
import type { Rank } from '../domain/send-class.ts'
import { createAccountQueue } from './account-queue.ts'
import type { AccountQueue } from './account-queue.ts'

/** One partition that this instance owns, from when it got it. */
export interface Owned extends TopicPartition {
  /** The accounts that commands came for, by tenant and account. */
  readonly lines: Map<string, AccountQueue>
  /** The same by tenant. */
  readonly linesOf: Map<string, AccountQueue[]>
  /** Those of them that are parked, or held on their way back. */
  readonly parkedLines: Set<AccountQueue>
  /** Conversations of which copies were made here and may not be drained yet, with the line that they were made behind. */
  readonly copied: Map<string, Copied>
  /** Counts the copyings: of what has a number up to one that is drained nothing waits. */
  copyings: number
  /** The parked topics that are not drained of what is the partition's, as found when it came. */
  backlogged: Promise<ReadonlySet<string>>
  /** The same, once it is found: most commands come long after, and have nothing to wait for. */
  known: ReadonlySet<string> | undefined
  waiting: number
  gone: boolean
}

interface Copied {
  readonly line: AccountQueue
  /** The how-manieth copying it was. */
  readonly turn: number
}

/** The partitions of command topics that this instance owns now. */
export interface OwnedPartitions {
  find(place: TopicPartition): Owned | undefined
  all(): Owned[]
  assigned(partitions: readonly TopicPartition[]): void
  /** Has the lines of these tenants learn anew who is parked. */
  askAgain(tenants: ReadonlySet<string>): void
}

export function createOwnedPartitions(backlog: ParkedBacklog, onGone: (place: Owned) => void): OwnedPartitions {
  const owned = new Map<string, Owned>()

  /** Asks Kafka who is parked in the partition. */
  function askAgain(place: Omit<Owned, 'backlogged'>): Owned {
    const backlogged = backlog.undrained(place.topic, place.partition)
    const asked: Owned = Object.assign(place, { backlogged, known: undefined })
    void backlogged.then(
      (undrained) => (asked.backlogged === backlogged ? (asked.known = undrained) : undefined),
      () => {},
    )
    return asked
  }

  function begin({ topic, partition }: TopicPartition): Owned {
    const lines = new Map<string, AccountQueue>()
    const linesOf = new Map<string, AccountQueue[]>()
    const none = {
      parkedLines: new Set<AccountQueue>(),
      copied: new Map<string, Copied>(),
      copyings: 0,
      waiting: 0,
      gone: false,
    }
    return askAgain({ topic, partition, lines, linesOf, ...none, known: undefined })
  }

  return {
    find: (place) => owned.get(nameOf(place)),
    all: () => [...owned.values()],
    assigned: (partitions) => {
      const names = new Set(partitions.map(nameOf))
      for (const [name, place] of owned) {
        if (names.has(name)) continue
        place.gone = true
        owned.delete(name)
        onGone(place)
      }
      for (const one of partitions) {
        const known = owned.get(nameOf(one))
        if (known === undefined) {
          owned.set(nameOf(one), begin(one))
          continue
        }
        // Somebody else may have had it in between, and parked.
        askAgain(known)
        for (const line of known.lines.values()) line.isKnown = false
      }
    },
    askAgain: (tenants) => {
      if (tenants.size === 0) return
      for (const place of owned.values()) {
        askAgain(place)
        for (const line of place.lines.values()) if (tenants.has(line.tenant)) line.isKnown = false
      }
    },
  }
}

/** The line of an account in a partition; made where none of its commands came before. */
export function lineOf(place: Owned, tenant: string, account: string): AccountQueue {
  const key = `${tenant}/${account}`
  const known = place.lines.get(key)
  if (known !== undefined) return known
  const line = createAccountQueue(tenant, account)
  place.lines.set(key, line)
  place.linesOf.set(tenant, [...(place.linesOf.get(tenant) ?? []), line])
  return line
}

/** Whether commands of the lane wait under another account: that of their number, before it moved. */
export function waitsElsewhere(place: Owned, line: AccountQueue, lane: string): boolean {
  return place.linesOf.get(line.tenant)?.some((other) => other !== line && other.hasLane(lane)) === true
}

/**
 * Whether copies of the lane were made behind another account, that of its number before it moved: what comes now stands behind them,
 * whatever Kafka said when it was asked before they were made.
 */
export function followsCopies(place: Owned, line: AccountQueue, lane: string): boolean {
  const copied = place.copied.get(lane)
  return copied !== undefined && copied.line !== line && copied.line.tenant === line.tenant
}

/** Beyond it nothing is taken down of what is parked in bulk: some 150 bytes each. */
const MOST_COPIED = 50_000

/** Takes down that copies of the lane are made; where there are too many, that the line's are no longer all known. */
export function noteCopies(place: Owned, line: AccountQueue, lane: string): void {
  if (place.copied.size < MOST_COPIED || place.copied.has(lane))
    place.copied.set(lane, { line, turn: ++place.copyings })
  else line.isIndexed = false
}

/** Of a partition's window of 2,000, what may wait in lanes while others of its account are parked. */
const MOST_PAST = 250

/**
 * Whether the command goes past what is parked of its account: that is less urgent, and for certain nothing of its conversation is
 * among it. Not where many that are as urgent are parked, which came first, or so many are in lanes that they would be in others' way.
 */
export function goesPast(place: Owned, line: AccountQueue, { lane, rank, most }: Passer): boolean {
  if (rank >= BULK || line.isClosed || !line.isKnown || !line.isIndexed || place.copied.has(lane)) return false
  if (line.copiedUpTo(rank) > most || line.waitingFirst > most) return false
  let past = 0
  for (const { waitingFirst } of place.parkedLines) past += waitingFirst
  return past <= MOST_PAST
}

export interface Passer {
  readonly lane: string
  readonly rank: Rank
  /** So many of an account are few. */
  readonly most: number
}

/** All copies of the tenant that were made up to that turn are done. */
export function copiesDrained(place: Owned, tenant: string, upTo: number): void {
  for (const [lane, { line, turn }] of place.copied)
    if (line.tenant === tenant && turn <= upTo) place.copied.delete(lane)
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic} ${partition}`
}
