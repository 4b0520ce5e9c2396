import type { IncomingRecord } from '@imchannel/kafka'
import { untilAny } from '../adapters/until-any.ts'
import { Abandoned, wait } from '../adapters/wait.ts'
import { PARKED_FORMAT, parkedFormat, readParkedTopic } from '../domain/parked-topic.ts'
import type { Instruments } from '../instruments.ts'
import type { RecordHandler } from './handle-record.ts'

/** A rolling upgrade takes minutes: looking more often would not help. */
const LOOK_AGAIN_MS = 5_000

/**
 * Keeps parked copies that a newer version wrote for its instances, and all that stand behind them in their partition, which
 * holds one tenant: what cannot be read may be of any conversation. Once the partition goes to a newer instance, that one
 * takes them up.
 */
export function holdUnknownFormats(
  handler: RecordHandler,
  { instruments, stopping }: { instruments: Instruments; stopping: AbortSignal },
): RecordHandler {
  /** By partition, the offset of the first copy that this version cannot read. */
  const held = new Map<string, bigint>()

  function holds(record: IncomingRecord): boolean {
    const place = placeOf(record)
    const from = held.get(place)
    const offset = BigInt(record.offset)
    // Delivered anew from before it: the partition was elsewhere in the meantime.
    if (from !== undefined && offset < from) held.delete(place)
    if (parkedFormat(record) !== PARKED_FORMAT && !held.has(place)) held.set(place, offset)
    return held.has(place)
  }

  return {
    laneOf: (record) => (holds(record) ? `unknown format ${placeOf(record)}` : handler.laneOf(record)),
    handle: async (record, context) => {
      const format = parkedFormat(record)
      if (format === PARKED_FORMAT) return handler.handle(record, context)
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

function placeOf({ topic, partition }: IncomingRecord): string {
  return `${topic}-${partition}`
}
