import { createFifo } from './fifo.ts'

/** What is to become of a record after its handler ran. A record that is retried keeps its lane waiting, and no other. */
export type HandleResult = { kind: 'done' } | { kind: 'retry'; afterMs: number }

/** One record in a lane. */
export interface LaneEntry {
  readonly lane: string
  /** How urgent it is: 0 is the most. */
  readonly rank: number
  /** False once nobody here is to handle it any more: its partition went to another member, or it is finished elsewhere. */
  isWanted(): boolean
  /** True while it may not be started, though it keeps its place. */
  isHeld(): boolean
  /** Runs the handler; never rejects. */
  run(): Promise<HandleResult>
  finished(): void
}

export interface LaneCounts {
  running: number
  ready: number
  backoff: number
  held: number
}

/** Runs entries one after another within a lane, and lanes beside each other. */
export interface Lanes {
  add(entry: LaneEntry): void
  /** Looks again at lanes whose first entry is in backoff or held, and drops entries that are no longer wanted. */
  review(): void
  /** Starts nothing more; what runs goes on. Resolves when nothing runs. */
  drain(): Promise<void>
  counts(): LaneCounts
  /** The rank of the most urgent entry of a lane; Infinity where there is none. */
  rankOf(lane: string): number
}

interface Lane {
  key: string
  /** The first is the one that runs, or is to run next. */
  entries: LaneEntry[]
  state: 'ready' | 'running' | 'backoff' | 'held'
  timer: NodeJS.Timeout | undefined
}

/**
 * So many are begun in one turn of the event loop. Turns are short while the process waits for others, and get longer as it
 * has more to do: what is begun follows what can be done, and the rest waits as records, which cost a fraction of what
 * running handlers do. Few enough that a full core has some hundred running, and so many that they share batches and trips.
 */
const BEGUN_A_TURN = 32

/** Makes lanes of which at most `maxRunning` run at once. Ready lanes take turns, one entry each. */
export function createLanes(maxRunning: number): Lanes {
  const lanes = new Map<string, Lane>()
  const ready = createFifo<Lane>()
  let running = 0
  let begunInTurn = 0
  let draining = false
  let drained: (() => void)[] = []

  function makeReady(lane: Lane): void {
    clearTimeout(lane.timer)
    lane.timer = undefined
    lane.state = 'ready'
    ready.add(lane)
  }

  function pump(): void {
    while (running < maxRunning && begunInTurn < BEGUN_A_TURN) {
      const lane = draining ? undefined : ready.take()
      if (lane === undefined) return
      if (begunInTurn++ === 0) setImmediate(nextTurn)
      begin(lane)
    }
  }

  function nextTurn(): void {
    begunInTurn = 0
    pump()
  }

  function begin(lane: Lane): void {
    while (lane.entries[0]?.isWanted() === false) lane.entries.shift()
    const [entry] = lane.entries
    if (entry === undefined) {
      lanes.delete(lane.key)
      return
    }
    if (entry.isHeld()) {
      lane.state = 'held'
      return
    }
    lane.state = 'running'
    running++
    void entry.run().then((result) => ended(lane, entry, result))
  }

  function ended(lane: Lane, entry: LaneEntry, result: HandleResult): void {
    running--
    if (result.kind === 'retry' && entry.isWanted()) {
      lane.state = 'backoff'
      lane.timer = setTimeout(() => {
        makeReady(lane)
        pump()
      }, result.afterMs)
    } else {
      lane.entries.shift()
      if (result.kind === 'done') entry.finished()
      if (lane.entries.length === 0) lanes.delete(lane.key)
      else makeReady(lane)
    }
    pump()
    if (running === 0) {
      for (const resolve of drained) resolve()
      drained = []
    }
  }

  return {
    add: (entry) => {
      const lane = lanes.get(entry.lane)
      if (lane !== undefined) {
        lane.entries.push(entry)
        return
      }
      const fresh: Lane = { key: entry.lane, entries: [entry], state: 'ready', timer: undefined }
      lanes.set(entry.lane, fresh)
      ready.add(fresh)
      pump()
    },
    review: () => {
      for (const lane of lanes.values()) {
        const [first] = lane.entries
        lane.entries = lane.entries.filter((entry) => entry === first || entry.isWanted())
        if (lane.state === 'held' || (lane.state === 'backoff' && first?.isWanted() === false)) makeReady(lane)
      }
      pump()
    },
    drain: () => {
      draining = true
      for (const lane of lanes.values()) clearTimeout(lane.timer)
      return running === 0 ? Promise.resolve() : new Promise((resolve) => drained.push(resolve))
    },
    counts: () => {
      const counts: LaneCounts = { running: 0, ready: 0, backoff: 0, held: 0 }
      for (const lane of lanes.values()) counts[lane.state]++
      return counts
    },
    rankOf: (key) => {
      let best = Infinity
      for (const { rank } of lanes.get(key)?.entries ?? []) {
        best = Math.min(best, rank)
        if (best === 0) break
      }
      return best
    },
  }
}
