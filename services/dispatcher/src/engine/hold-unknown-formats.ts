import { readParkedTopic } from '@imchannel/events'
import type { DeferralKey, IncomingRecord, TopicPartition } from '@imchannel/kafka'
import { untilAny } from '../adapters/until-any.ts'
import { Abandoned, wait } from '../adapters/wait.ts'
import { isParkedFormat, parkedFormat } from '../domain/parked-copy.ts'
import type { Instruments } from '../instruments.ts'
import type { RecordHandler } from './handle-record.ts'

/** A rolling upgrade takes minutes: looking more often would not help. */
const LOOK_AGAIN_MS = 5_000

/** Handles parked copies, whichever of them come first. */
export interface ParkedHandler extends RecordHandler {
  /** What a copy waits behind, and who it is of. */
  keyOf: (record: IncomingRecord) => DeferralKey
  assigned: (partitions: readonly TopicPartition[]) => void
  left: (place: TopicPartition & { below: number }) => void
}

export interface HoldOptions {
  keyOf: (record: IncomingRecord) => DeferralKey
  instruments: Instruments
  stopping: AbortSignal
}

/**
 * Keeps parked copies that a newer version wrote for its instances, and all that stand behind them in their partition, which
 * holds one tenant: what cannot be read may be of any conversation. Once the partition goes to a newer instance, that one
 * takes them up.
 */
export function holdUnknownFormats(handler: RecordHandler, options: HoldOptions): ParkedHandler {
  const { keyOf, instruments, stopping } = options
  /** By partition, the offset of the first copy that this version cannot read. */
  const held = new Map<string, number>()

  function holds(record: IncomingRecord): boolean {
    const place = placeOf(record)
    const offset = Number(record.offset)
    const from = held.get(place) ?? Infinity
    if (offset < from && !isParkedFormat(parkedFormat(record))) held.set(place, offset)
    return offset >= (held.get(place) ?? Infinity)
  }

  return {
    laneOf: (record) => (holds(record) ? `unknown format ${placeOf(record)}` : handler.laneOf(record)),
    rankOf: handler.rankOf,
    keyOf: (record) => {
      if (!holds(record)) return keyOf(record)
      const name = `unknown format ${placeOf(record)}`
      return { lane: name, group: name }
    },
    assigned: (partitions) => {
      const names = new Set(partitions.map(placeOf))
      for (const place of held.keys()) if (!names.has(place)) held.delete(place)
    },
    // A newer instance had the partition in the meantime.
    left: (place) => {
      if (place.below > (held.get(placeOf(place)) ?? Infinity)) held.delete(placeOf(place))
    },
    handle: async (record, context) => {
      const format = parkedFormat(record)
      if (isParkedFormat(format)) return handler.handle(record, context)
      using until = untilAny([stopping, context.signal])
      const { topic, offset } = record
      const tenant = readParkedTopic(topic)?.tenant ?? '-'
      try {
        for (let looks = 0; ; looks++) {
          const place = `${placeOf(record)}-${offset}`
          instruments.unknownFormat({ kind: 'parked', format, place, tenant }, looks === 0)
          await wait(LOOK_AGAIN_MS, until.signal)
        }
      } catch (error) {
        if (!(error instanceof Abandoned)) throw error
        return { kind: 'retry', afterMs: LOOK_AGAIN_MS }
      }
    },
  }
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
