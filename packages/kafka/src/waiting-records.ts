import type { OutgoingRecord, PublishResult } from './records.ts'

/** One record on its way through the producer. */
export interface Waiting {
  readonly topic: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
  readonly bytes: number
  /** Chosen when the record is first looked at for a batch, and kept: a keyless one must not wander between tries. */
  partition: number | undefined
  state: 'waiting' | 'sending' | 'settled'
  settle(result: PublishResult): void
}

/** First in, first out, with records that were settled while they waited left where they are until they come up. */
export interface WaitingRecords {
  readonly count: number
  readonly bytes: number
  add(record: Waiting): void
  /** Takes those that `choose` takes, in order, until it says to stop; the rest keep their places. */
  take(choose: (record: Waiting) => 'take' | 'leave' | 'drop' | 'stop'): Waiting[]
  /** To be called when a waiting record was settled from outside, so that its room is free at once. */
  released(record: Waiting): void
}

export function createWaitingRecords(): WaitingRecords {
  let queue: Waiting[] = []
  let count = 0
  let bytes = 0

  const release = (record: Waiting) => {
    count--
    bytes -= record.bytes
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
    released: release,
    take: (choose) => {
      const taken: Waiting[] = []
      const left: Waiting[] = []
      let at = 0
      loop: for (; at < queue.length; at++) {
        const record = queue[at]
        if (record === undefined || record.state === 'settled') continue
        switch (choose(record)) {
          case 'take':
            release(record)
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
      queue = left.length === 0 ? queue.slice(at) : left.concat(queue.slice(at))
      return taken
    },
  }
}

export function toBuffer(field: string | Buffer | null): Buffer | null {
  return typeof field === 'string' ? Buffer.from(field) : field
}

export function headerBuffers(
  headers: OutgoingRecord['headers'],
  added: Readonly<Record<string, string>>,
): Record<string, Buffer> {
  const result: Record<string, Buffer> = {}
  for (const [name, value] of Object.entries(headers ?? {}))
    result[name] = typeof value === 'string' ? Buffer.from(value) : value
  for (const [name, value] of Object.entries(added)) result[name] = Buffer.from(value)
  return result
}
