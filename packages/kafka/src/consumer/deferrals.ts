import { createFifo, type Fifo } from './fifo.ts'

/** What a record waits behind, and who it is of. */
export interface DeferralKey {
  readonly lane: string
  readonly group: string
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
}

interface Lane {
  readonly name: string
  readonly group: Group
  open: number
  readonly waiting: Fifo<number>
}

interface Group {
  readonly name: string
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

  function laneOf({ lane: name, group: groupName }: DeferralKey): Lane {
    const known = lanes.get(name)
    if (known !== undefined) return known
    const group = groups.get(groupName) ?? { name: groupName, open: 0, lanes: 0, ready: new Set() }
    groups.set(groupName, group)
    group.lanes++
    const lane = { name, group, open: 0, waiting: createFifo<number>() }
    lanes.set(name, lane)
    return lane
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
    if (--lane.group.lanes === 0) groups.delete(lane.group.name)
  }

  function forget(offset: number): boolean {
    const lane = waiting.get(offset)
    if (lane === undefined) return false
    waiting.delete(offset)
    // Gone from Kafka are the oldest: those before it in its lane as well.
    while ((lane.waiting.peek() ?? Infinity) <= offset) lane.waiting.take()
    review(lane)
    return true
  }

  return {
    defers: (offset, key, force) => {
      const lane = laneOf(key)
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
      review(lane)
    },
    due: (force) => {
      let lowest: number | undefined
      for (const group of groups.values()) {
        if (force ? group.open > 0 : group.open > limits.group / 2) continue
        for (const { waiting: own } of group.ready) {
          const first = own.peek()
          if (first !== undefined && (lowest === undefined || first < lowest)) lowest = first
        }
      }
      return lowest
    },
    forget,
    forgetBelow: (offset) => {
      const gone = [...waiting.keys()].filter((at) => at < offset)
      for (const at of gone) forget(at)
      return gone
    },
    size: () => waiting.size,
    isFull: () => waiting.size >= limits.most,
  }
}
