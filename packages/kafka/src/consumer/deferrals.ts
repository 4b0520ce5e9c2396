import { createFifo, type Fifo } from './fifo.ts'

/** What a record waits behind, and who it is of. */
export interface DeferralKey {
  readonly lane: string
  readonly group: string
  /** How urgent it is: 0 is the most, and the default. Each rank of a group has room of its own. */
  readonly rank?: number
}

/** What one partition holds in memory of each lane and group; of what is beyond it the offset is kept, and it is fetched again later. */
export interface DeferralLimits {
  lane: number
  group: number
  /** Offsets that are kept. Beyond it the partition is not read any further. */
  most: number
}

/** Which records of a partition are left in Kafka for now, so that those behind them can pass. */
export interface Deferrals {
  /** Takes in the next record of the partition: whether it is left. `force`: there is no room for more than one of its group. */
  defers(offset: number, key: DeferralKey, force: boolean): boolean
  /** A record that was fetched again: whether it is to be handled now. */
  takes(offset: number, force: boolean): boolean
  /** One that was handled is finished. */
  finished(offset: number): void
  /** The lowest offset from which there is something to be fetched again; undefined where no lane and group has room. */
  due(force: boolean): number | undefined
  /** The record is not in Kafka any more. True if it was waited for. */
  forget(offset: number): boolean
  /** Forgets all below an offset, and returns them. */
  forgetBelow(offset: number): number[]
  size(): number
  isFull(): boolean
  /** The rank of the most urgent record of a lane, waiting or handled; Infinity where there is none. */
  rankOf(lane: string): number
}

/** Goes by the rank of the most urgent of its records: they lend it to those before them. */
interface Lane {
  readonly name: string
  readonly groupName: string
  group: Group
  open: number
  readonly waiting: Fifo<number>
  /** Its records by rank. */
  readonly counts: number[]
}

/** What shares its room. */
interface Group {
  readonly name: string
  readonly rank: number
  open: number
  lanes: number
  /** Lanes with something waiting and room for it. */
  readonly ready: Set<Lane>
}

export function createDeferrals(limits: DeferralLimits): Deferrals {
  const lanes = new Map<string, Lane>()
  const groups = new Map<string, Group>()
  const open = new Map<number, Lane>()
  const waiting = new Map<number, Lane>()
  const ranks = new Map<number, number>()
  /** Of what was due last. */
  let lastRank = -1

  /** Enters a group, with what of the lane is open. */
  function join(groupName: string, rank: number, openOfLane: number): Group {
    const name = `${groupName}/${rank}`
    const group = groups.get(name) ?? { name, rank, open: 0, lanes: 0, ready: new Set() }
    groups.set(name, group)
    group.lanes++
    group.open += openOfLane
    return group
  }

  function leave(lane: Lane): void {
    const { group } = lane
    group.open -= lane.open
    group.ready.delete(lane)
    if (--group.lanes === 0) groups.delete(group.name)
  }

  function laneOf({ lane: name, group: groupName, rank = 0 }: DeferralKey): Lane {
    const known = lanes.get(name)
    if (known !== undefined) return known
    const group = join(groupName, rank, 0)
    const lane = { name, groupName, group, open: 0, waiting: createFifo<number>(), counts: [] }
    lanes.set(name, lane)
    return lane
  }

  /** Notes a record of the lane, and has the lane go by its rank where none was as urgent. */
  function enter(lane: Lane, offset: number, rank: number): void {
    ranks.set(offset, rank)
    lane.counts[rank] = (lane.counts[rank] ?? 0) + 1
    if (rank < lane.group.rank) regroup(lane, rank)
  }

  function regroup(lane: Lane, rank: number): void {
    leave(lane)
    lane.group = join(lane.groupName, rank, lane.open)
  }

  /** The record has ended: what it lent goes with it. */
  function drop(lane: Lane, offset: number): void {
    const rank = ranks.get(offset) ?? 0
    ranks.delete(offset)
    lane.counts[rank] = (lane.counts[rank] ?? 1) - 1
    const now = lane.counts.findIndex((count) => count > 0)
    if (now > lane.group.rank) regroup(lane, now)
  }

  function hasRoom({ open: inLane, group }: Lane, force: boolean): boolean {
    return inLane < limits.lane && (force ? group.open === 0 : group.open < limits.group)
  }

  function begin(lane: Lane, offset: number): void {
    open.set(offset, lane)
    lane.open++
    lane.group.open++
  }

  /** Fetching again brings some: it is worth it once half of the room is free. */
  function review(lane: Lane): void {
    if (lane.waiting.size() > 0 && lane.open <= limits.lane / 2) lane.group.ready.add(lane)
    else lane.group.ready.delete(lane)
    if (lane.open > 0 || lane.waiting.size() > 0) return
    lanes.delete(lane.name)
    leave(lane)
  }

  function forget(offset: number): boolean {
    const lane = waiting.get(offset)
    if (lane === undefined) return false
    waiting.delete(offset)
    // Gone from Kafka are the oldest: those before it in its lane as well.
    while ((lane.waiting.peek() ?? Infinity) <= offset) lane.waiting.take()
    drop(lane, offset)
    review(lane)
    return true
  }

  return {
    defers: (offset, key, force) => {
      const lane = laneOf(key)
      enter(lane, offset, key.rank ?? 0)
      if (lane.waiting.size() === 0 && hasRoom(lane, force)) {
        begin(lane, offset)
        return false
      }
      lane.waiting.add(offset)
      waiting.set(offset, lane)
      review(lane)
      return true
    },
    takes: (offset, force) => {
      const lane = waiting.get(offset)
      if (lane === undefined || lane.waiting.peek() !== offset || !hasRoom(lane, force)) return false
      lane.waiting.take()
      waiting.delete(offset)
      begin(lane, offset)
      review(lane)
      return true
    },
    finished: (offset) => {
      const lane = open.get(offset)
      if (lane === undefined) return
      open.delete(offset)
      lane.open--
      lane.group.open--
      drop(lane, offset)
      review(lane)
    },
    due: (force) => {
      /** The lowest of each rank. */
      const lowest: number[] = []
      for (const group of groups.values()) {
        if (force ? group.open > 0 : group.open > limits.group / 2) continue
        for (const { waiting: own } of group.ready) {
          const first = own.peek()
          if (first !== undefined && first < (lowest[group.rank] ?? Infinity)) lowest[group.rank] = first
        }
      }
      const due = lowest.flatMap((offset, rank) => (offset === undefined ? [] : [{ offset, rank }]))
      const [best, ...others] = due
      if (best === undefined) return undefined
      // In turn with the others, or what is urgent would keep them from ever being fetched.
      const next = best.rank === lastRank && others.length > 0 ? lowestOf(others) : best
      lastRank = next.rank
      return next.offset
    },
    forget,
    forgetBelow: (offset) => {
      const gone = [...waiting.keys()].filter((at) => at < offset)
      for (const at of gone) forget(at)
      return gone
    },
    size: () => waiting.size,
    isFull: () => waiting.size >= limits.most,
    rankOf: (lane) => lanes.get(lane)?.group.rank ?? Infinity,
  }
}

function lowestOf<Due extends { offset: number }>(due: readonly Due[]): Due {
  return due.reduce((lowest, one) => (one.offset < lowest.offset ? one : lowest))
}
