import type { PublishResult } from './records.ts'

/** One record on its way through the producer. */
export interface Waiting {
  readonly topic: string
  /** Key, value and headers as they will be sent. */
  readonly fields: Buffer
  /** Java's murmur2 of the key; undefined where there is none. */
  readonly keyHash: number | undefined
  /** What it takes in a batch of its own. */
  readonly bytes: number
  /** Chosen when the record is first looked at for a batch, and kept: a keyless one must not wander between tries. */
  partition: number | undefined
  state: 'waiting' | 'sending' | 'settled'
  /** Tells whoever published it; to be called by `WaitingRecords.settle` alone. */
  tell(result: PublishResult): void
}

/** First in, first out, with records that were settled while they waited left where they are until they come up. */
export interface WaitingRecords {
  readonly count: number
  readonly bytes: number
  add(record: Waiting): void
  /** Takes those that `choose` takes, in order, until it says to stop; the rest keep their places. */
  take(choose: (record: Waiting) => 'take' | 'leave' | 'drop' | 'stop'): Waiting[]
  /** Ends a record's way, once, wherever it is; the room of one that waited is free at once. */
  settle(record: Waiting, result: PublishResult): void
}

const SLACK = 1_000

export function createWaitingRecords(): WaitingRecords {
  let queue: Waiting[] = []
  let count = 0
  let bytes = 0

  const release = (record: Waiting) => {
    count--
    bytes -= record.bytes
    // While nothing is taken, because Kafka is away, what ran out of time must not pile up.
    if (queue.length > 2 * count + SLACK) queue = queue.filter((one) => one.state === 'waiting' && one !== record)
  }

  return {
    get count() {
      return count
    },
    get bytes() {
      return bytes
    },
    add: (record) => {
      queue.push(record)
      count++
      bytes += record.bytes
    },
    settle: (record, result) => {
      if (record.state === 'settled') return
      if (record.state === 'waiting') release(record)
      record.state = 'settled'
      record.tell(result)
    },
    take: (choose) => {
      const taken: Waiting[] = []
      const left: Waiting[] = []
      const looked = queue
      // `choose` may settle records, which tidies the queue up.
      queue = []
      let at = 0
      loop: for (; at < looked.length; at++) {
        const record = looked[at]
        if (record === undefined || record.state === 'settled') continue
        switch (choose(record)) {
          case 'take':
            count--
            bytes -= record.bytes
            record.state = 'sending'
            taken.push(record)
            break
          case 'drop':
            break
          case 'leave':
            left.push(record)
            break
          case 'stop':
            break loop
        }
      }
      queue = left.concat(looked.slice(at))
      return taken
    },
  }
}

export function refuse(
  records: WaitingRecords,
  record: Waiting,
  reason: Extract<PublishResult, { kind: 'refused' }>['reason'],
  detail: string,
): void {
  records.settle(record, { kind: 'refused', reason, detail })
}
