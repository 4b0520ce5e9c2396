import type { PublishResult } from '../records.ts'

/** One record on its way through the producer. */
export interface Waiting {
  readonly topic: string
  /** Whose it is: owners take turns. */
  readonly owner: string
  /** Key, value and headers as they will be sent. */
  readonly fields: Buffer
  /** Java's murmur2 of the key; undefined where there is none. */
  readonly keyHash: number | undefined
  /** What it takes in a batch of its own. */
  readonly bytes: number
  /** Chosen when the record is first looked at for a batch, and kept: a keyless one must not wander between tries. */
  partition: number | undefined
  state: 'waiting' | 'sending' | 'settled'
  /** Tells whoever published it; to be called by `RecordAccumulator.settle` alone. */
  tell(result: PublishResult): void
}

/** What becomes of a record that is looked at: `stop` ends the looking, before it. */
export type Choice = 'take' | 'leave' | 'drop' | 'stop'

export interface Room {
  readonly count: number
  readonly bytes: number
}

/**
 * First in, first out for each owner, and owners in turns, a record each: what waits of one holds up no other's. Records that
 * were settled while they waited are left where they are until they come up.
 */
export interface RecordAccumulator extends Room {
  /** What one owner's take of it. */
  heldBy(owner: string): Room
  add(record: Waiting): void
  /** Takes those that `choose` takes, in order, until it says to stop; the rest keep their places. */
  take(choose: (record: Waiting) => Choice): Waiting[]
  /** Ends a record's way, once, wherever it is; the room of one that waited is free at once. */
  settle(record: Waiting, result: PublishResult): void
}

/** What one owner's records are. */
interface Line {
  readonly owner: string
  queue: Waiting[]
  count: number
  bytes: number
  /** While records are taken: where it has come to … */
  at: number
  /** … and what was left of those before. */
  left: Waiting[]
}

const SLACK = 1_000
const NONE: Room = { count: 0, bytes: 0 }

export function createRecordAccumulator(): RecordAccumulator {
  /** By owner, in the order of their turns. */
  const lines = new Map<string, Line>()
  let count = 0
  let bytes = 0
  /** Those in the queues, settled ones among them. */
  let queued = 0
  let isTaking = false

  function lineOf(owner: string): Line {
    let line = lines.get(owner)
    if (line === undefined) lines.set(owner, (line = { owner, queue: [], count: 0, bytes: 0, at: 0, left: [] }))
    return line
  }

  function put({ owner, bytes: more }: Waiting, sign: 1 | -1): void {
    const line = lineOf(owner)
    line.count += sign
    line.bytes += sign * more
    count += sign
    bytes += sign * more
  }

  function keep(line: Line, queue: Waiting[]): void {
    queued += queue.length - line.queue.length
    line.queue = queue
    if (queue.length === 0) lines.delete(line.owner)
  }

  function release(record: Waiting): void {
    put(record, -1)
    // While nothing is taken, because Kafka is away, what ran out of time must not pile up.
    if (isTaking || queued <= 2 * count + SLACK) return
    for (const line of lines.values()) {
      keep(
        line,
        line.queue.filter((one) => one.state === 'waiting' && one !== record),
      )
    }
  }

  /** @param open all lines; those with nothing left are taken out @returns the line whose turn it was when it stopped */
  function goThrough(open: Line[], choose: (record: Waiting) => Choice, taken: Waiting[]): Line | undefined {
    for (let turn = 0; open.length > 0; turn = turn + 1 < open.length ? turn + 1 : 0) {
      const line = open[turn]
      if (line === undefined) return undefined
      while (line.queue[line.at]?.state === 'settled') line.at++
      const record = line.queue[line.at]
      if (record === undefined) {
        open.splice(turn--, 1)
        continue
      }
      switch (choose(record)) {
        case 'take':
          put(record, -1)
          record.state = 'sending'
          taken.push(record)
          break
        case 'drop':
          break
        case 'leave':
          line.left.push(record)
          break
        case 'stop':
          return line
      }
      line.at++
    }
    return undefined
  }

  return {
    get count() {
      return count
    },
    get bytes() {
      return bytes
    },
    heldBy: (owner) => lines.get(owner) ?? NONE,
    add: (record) => {
      lineOf(record.owner).queue.push(record)
      queued++
      put(record, 1)
    },
    settle: (record, result) => {
      if (record.state === 'settled') return
      if (record.state === 'waiting') release(record)
      record.state = 'settled'
      record.tell(result)
    },
    take: (choose) => {
      const taken: Waiting[] = []
      // `choose` may settle records, which tidies the queues up.
      isTaking = true
      const all = [...lines.values()]
      const stoppedAt = goThrough([...all], choose, taken)
      isTaking = false
      let isBefore = stoppedAt !== undefined && taken.length > 0
      for (const line of all) {
        if (line === stoppedAt) isBefore = false
        if (isBefore) {
          // Had its turn: the others' come first next time.
          lines.delete(line.owner)
          lines.set(line.owner, line)
        }
        if (line.at > 0) keep(line, line.left.concat(line.queue.slice(line.at)))
        line.at = 0
        line.left = []
      }
      return taken
    },
  }
}

export function refuse(
  records: RecordAccumulator,
  record: Waiting,
  reason: Extract<PublishResult, { kind: 'refused' }>['reason'],
  detail: string,
): void {
  records.settle(record, { kind: 'refused', reason, detail })
}
