import type { Config } from '@imchannel/config'
import {
  clearRejected,
  commandOf,
  type DeadLetter,
  LEFT_TEXT,
  planReplay,
  readDeadLetter,
  toReplayRecord,
} from '@imchannel/dead-letters'
import { type IncomingRecord, type KafkaClient, listTopics, type Producer, readRange } from '@imchannel/kafka'
import type { Ledger } from '@imchannel/ledger'
import { ConsoleError } from '../errors.ts'

export interface ReplayerOptions {
  readonly kafka: KafkaClient
  readonly producer: Producer
  readonly ledger: () => Ledger
  readonly config: () => Config
  readonly topic: string
  /** Begins the names of the groups by which letters are read: what the console may call its groups. */
  readonly groupPrefix: string
  readonly now: () => number
}

/** What became of letters, by their place in the dead-letter topic (`3:17`). */
export interface ReplayOutcome {
  readonly written: ReadonlySet<string>
  /** Why it was left where it is. */
  readonly left: ReadonlyMap<string, string>
}

const READ_MS = 30_000
const CHUNK = 100
const OMITTED =
  'its bytes did not fit into the letter: "imchannel deadletter replay" takes them from where they were written'
const GONE = 'it is no longer in the dead-letter topic'

/** Writes letters back to where they came from, as `imchannel deadletter replay` does: the bytes come from Kafka, not from the store. */
export function createReplayer(options: ReplayerOptions) {
  const { kafka, producer, ledger, config, topic, groupPrefix, now } = options
  /** What of these may be sent again, and why the rest may not. @throws ConsoleError where Redis or Kafka is away */
  async function plan(letters: readonly DeadLetter[], outcomeUnknown: boolean) {
    const names = await listTopics(kafka).catch(() => {
      throw new ConsoleError('kafka_unavailable', { retryAfterS: 5 })
    })
    const planned = await planReplay(letters, {
      ledger: ledger(),
      memoryMs: config().commandMemoryMs,
      nowMs: now(),
      topics: new Set(names),
      forgotten: false,
      outcomeUnknown,
      // Who replays here has chosen the letters, or their code: a gate judges them anew.
      gated: true,
    }).catch(() => {
      throw new ConsoleError('redis_unavailable', { detail: 'what was sent meanwhile is not known', retryAfterS: 5 })
    })
    const left = new Map([...planned.reasons].map(([place, reason]) => [place, LEFT_TEXT[reason]]))
    return { send: planned.send, left }
  }

  async function readLetters(places: ReadonlySet<string>): Promise<{ letter: DeadLetter; command: IncomingRecord }[]> {
    const edges = [...places].map((place) => place.split(':').map(Number))
    const from = new Map<number, bigint>()
    const to = new Map<number, bigint>()
    for (const [partition = 0, offset = 0] of edges) {
      const [low, high] = [from.get(partition), to.get(partition)]
      if (low === undefined || BigInt(offset) < low) from.set(partition, BigInt(offset))
      if (high === undefined || BigInt(offset) >= high) to.set(partition, BigInt(offset) + 1n)
    }
    const found: { letter: DeadLetter; command: IncomingRecord }[] = []
    const records = readRange(kafka, {
      topic,
      groupPrefix,
      from: { offsets: from },
      to: { offsets: to },
      filter: ({ partition, offset }) => places.has(`${partition}:${offset}`),
      signal: AbortSignal.timeout(READ_MS),
    })
    for await (const record of records) {
      const letter = readDeadLetter(record, config())
      found.push({ letter, command: commandOf(record, letter.source) })
    }
    return found
  }

  async function write(chunk: readonly { letter: DeadLetter; command: IncomingRecord }[], left: Map<string, string>) {
    const kept = await clearRejected(
      ledger(),
      chunk.map(({ letter }) => letter),
    )
    const going = chunk.filter(({ letter }) => {
      if (kept.has(letter)) left.set(letter.place, LEFT_TEXT.settled)
      return !kept.has(letter) && letter.source !== undefined
    })
    const records = going.flatMap(({ letter, command }) =>
      letter.source === undefined ? [] : [toReplayRecord(command, letter, letter.source)],
    )
    const results = await producer.publish(records)
    return going.flatMap(({ letter }, index) => {
      const result = results[index]
      if (result?.kind === 'stored') return [letter.place]
      left.set(letter.place, `Kafka did not take it: ${result?.detail ?? 'no answer'}`)
      return []
    })
  }

  return {
    plan,
    /** Plans anew and writes: in their order within a partition. */
    async replay(letters: readonly DeadLetter[], outcomeUnknown: boolean): Promise<ReplayOutcome> {
      const { send, left } = await plan(letters, outcomeUnknown)
      const written = new Set<string>()
      if (send.size === 0) return { written, left }
      const read = await readLetters(new Set(send.keys()))
      const found = read.filter(({ letter }) => !letter.omitted)
      for (const place of send.keys()) {
        const known = read.find(({ letter }) => letter.place === place)
        if (known === undefined) left.set(place, GONE)
        else if (known.letter.omitted) left.set(place, OMITTED)
      }
      for (let start = 0; start < found.length; start += CHUNK)
        for (const place of await write(found.slice(start, start + CHUNK), left)) written.add(place)
      return { written, left }
    },
  }
}

export type Replayer = ReturnType<typeof createReplayer>
