import { decodeEvent, type ImEvent, type ReadableRecord } from '@imchannel/events'
import type { Forgettings } from './forgettings.ts'

/** What a partition of a topic holds at the moment. */
export interface AuditBounds {
  readonly topic: string
  readonly partition: number
  readonly topicId: string | undefined
  readonly low: number
  readonly high: number
}

interface AuditPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Reads a topic from wherever it is told to. */
export interface AuditReader {
  fetch(
    places: readonly AuditPlace[],
    options: {
      readonly take: (record: ReadableRecord) => void
      readonly isWanted: (topic: string, bytes: Buffer) => boolean
    },
  ): Promise<readonly AuditPlace[]>
}

/** Who was forgotten, read on by whoever rebuilds something: before what may not come back is written. */
export interface ForgettingReading {
  /** Takes in all that stands in the audit below these ends; other topics' ends are passed over. Says how many people it read of. */
  readOn(reader: AuditReader, bounds: readonly AuditBounds[]): Promise<number>
}

const FORGET = Buffer.from('"forget"')

/** @param topic the audit's: what people did is in it as well, and is passed over */
export function createForgettingReading(topic: string, forgettings: Pick<Forgettings, 'take'>): ForgettingReading {
  const places = new Map<string, number>()

  return {
    readOn: async (reader, bounds) => {
      const audit = bounds.filter((one) => one.topic === topic)
      let found = 0
      for (;;) {
        const open = audit.flatMap(({ partition, topicId, low, high }) => {
          // A topic that was made anew is read from its beginning.
          const offset = Math.max(places.get(`${topicId} ${partition}`) ?? low, low)
          return offset < high ? [{ topic, partition, offset }] : []
        })
        if (open.length === 0) return found
        const next = await reader.fetch(open, {
          isWanted: (_, bytes) => bytes.includes(FORGET),
          take: (record) => {
            const decoded = decodeEvent(record)
            if (decoded.outcome !== 'event' || !isForgetting(decoded.event)) return
            forgettings.take(decoded.event)
            found++
          },
        })
        for (const { partition, offset } of next) {
          const topicId = audit.find((one) => one.partition === partition)?.topicId
          places.set(`${topicId} ${partition}`, offset)
        }
      }
    },
  }
}

function isForgetting(event: ImEvent): boolean {
  return event.type === 'imchannel.audit.recorded.v1' && event.data.action === 'forget'
}
