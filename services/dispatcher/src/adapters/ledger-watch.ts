import type { IncomingRecord, TopicPartition } from '@imchannel/kafka'
import type { LedgerMark, LedgerHeartbeat, Suspects } from '@imchannel/ledger'

/** Notices that the ledger was emptied or set back, and knows which commands are in doubt since. */
export interface LedgerWatch {
  /** Whether the ledger may have forgotten a command that stood here. */
  isSuspect(record: IncomingRecord): boolean
  /**
   * After which no request of a suspect record can have been claimed in what was lost, ms on Redis's clock; undefined where
   * that is not known. It is the same for all records of a partition, so that they share one wait.
   */
  suspectSince(record: IncomingRecord): number | undefined
  /** This instance has got these partitions: until now somebody else may have had them. */
  assigned(partitions: readonly TopicPartition[]): void
  /** Beats now. Rejects while Redis or Kafka is away; what is done with the ledger before is done without knowing it. */
  check(): Promise<void>
  /** A mark from outside this process: another life of this group has seen the ledger so far. */
  learn(mark: LedgerMark | undefined): void
  /** The latest mark, to be kept outside of Redis. */
  mark(): LedgerMark | undefined
  /**
   * Whether this instance alone is out of touch: the ledger has not answered it for a session's length, and has answered
   * others since. `kept` reads the latest mark that any instance kept.
   */
  isCutOff(kept: () => Promise<LedgerMark | undefined>): Promise<boolean>
  start(): void
  stop(): void
}

/** A mark as text, short enough for the metadata of a commit. */
export function formatMark({ epoch, beat }: LedgerMark): string {
  return `${epoch} ${beat}`
}

/** The latest of the marks that were kept; texts of anything else are passed over. */
export function latestMark(texts: Iterable<string>): LedgerMark | undefined {
  let latest: LedgerMark | undefined
  for (const text of texts) {
    const [, epoch, beat] = /^([\w-]+) (\d+)$/.exec(text) ?? []
    if (epoch === undefined || beat === undefined) continue
    if (latest === undefined || Number(beat) > latest.beat) latest = { epoch, beat: Number(beat) }
  }
  return latest
}

export interface LedgerWatchOptions {
  heartbeat: LedgerHeartbeat
  /** Ends of all partitions that commands are read from, by `topic:partition`, once the group has ever committed; else none. */
  partitionEnds: () => Promise<Suspects>
  onLost: (why: 'emptied' | 'replaced', places: number) => void
  onError: (error: unknown) => void
}

/** A loss is to be noticed before the first command is handled that another life of this process may have sent. */
const BEAT_MS = 250
/** A session of the group: how long partitions stay with one that does nothing. */
const SILENCE_MS = 6_000
/** So many beats the others have made meanwhile, even if there is but one of them. */
const SILENCE_BEATS = SILENCE_MS / BEAT_MS

export function createLedgerWatch({ heartbeat, partitionEnds, onLost, onError }: LedgerWatchOptions): LedgerWatch {
  let latest: LedgerMark | undefined
  let suspects: Suspects = {}
  let noticedAt: number | undefined
  /** What is to be added to this process's clock to have Redis's; too late by as much as an answer takes. */
  let aheadMs: number | undefined
  /** By this process's clock, by `topic:partition`. */
  const ownedSince = new Map<string, number>()
  /** Noticed, and not yet known how far it may reach: until then everything may have been forgotten. */
  let loss: 'emptied' | 'replaced' | undefined
  let answeredAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  let checking: Promise<void> | undefined

  async function check(): Promise<void> {
    if (loss === undefined) {
      const askedAt = performance.now()
      const found = await heartbeat.beat(latest)
      answeredAt = performance.now()
      if (found.kind === 'beating') {
        latest = found.mark
        suspects = found.suspects
        noticedAt = found.noticedAt
        aheadMs = found.now - askedAt
        return
      }
      // Kept until it is dealt with: by the next beat, others may have gone past what this one remembers.
      loss = found.kind
    }
    const ends = await partitionEnds()
    const begun = await heartbeat.begin(latest, ends)
    latest = begun.mark
    noticedAt = begun.noticedAt
    suspects = { ...suspects, ...ends }
    // A group that never committed has sent nothing that could be forgotten.
    if (Object.keys(ends).length > 0) onLost(loss, Object.keys(ends).length)
    loss = undefined
  }

  function checkOnce(): Promise<void> {
    checking ??= check().finally(() => (checking = undefined))
    return checking
  }

  return {
    isSuspect: ({ topic, partition, offset }) =>
      loss !== undefined || Number(offset) < (suspects[`${topic}:${partition}`] ?? 0),
    // What was lost was claimed by who had the partition, in what was the ledger to it then. This instance itself has claimed
    // nothing there since it noticed. A former owner that was cut off may have gone on with an old master after that, but not
    // after the partition had gone from it: whatever it claimed is older than the later of the two moments.
    suspectSince: ({ topic, partition }) => {
      const since = ownedSince.get(`${topic}:${partition}`)
      if (loss !== undefined || noticedAt === undefined || aheadMs === undefined || since === undefined)
        return undefined
      return Math.max(noticedAt, Math.ceil(since + aheadMs))
    },
    assigned: (partitions) => {
      const now = performance.now()
      for (const { topic, partition } of partitions) ownedSince.set(`${topic}:${partition}`, now)
    },
    check: checkOnce,
    learn: (mark) => {
      if (mark !== undefined && (latest === undefined || mark.beat > latest.beat)) latest = mark
    },
    mark: () => latest,
    isCutOff: async (kept) => {
      if (latest === undefined || performance.now() - answeredAt < SILENCE_MS) return false
      const { beat } = latest
      return ((await kept())?.beat ?? 0) - beat > SILENCE_BEATS
    },
    start: () => {
      timer = setInterval(() => void checkOnce().catch(onError), BEAT_MS)
    },
    stop: () => clearInterval(timer),
  }
}
