import { clearRejected, type LeftReason, toReplayRecord } from '@imchannel/dead-letters'
import type { OutgoingRecord } from '@imchannel/kafka'
import type { Session } from '../session/session.ts'
import type { Extent } from '../session/read-topic.ts'
import { type Written, writeRecords } from '../session/write-records.ts'
import { type LetterAndCommand, readLetters } from './read-letters.ts'

/** What a replay came to. */
export interface Replayed extends Written {
  readonly left: Map<LeftReason, number>
}

/**
 * Writes the letters back to where they came from, in their order within a partition. The rejected state of a command is
 * cleared just before it is written; what is no longer rejected then is left. A run that is cut off loses nothing: what
 * was cleared and not written is written by the next one.
 */
export async function replayLetters(
  session: Session,
  extent: Extent,
  { places, perSecond }: { places: ReadonlySet<string>; perSecond: number },
): Promise<Replayed> {
  const left = new Map<LeftReason, number>()
  const leave = (reason: LeftReason): void => void left.set(reason, (left.get(reason) ?? 0) + 1)

  async function prepare(chunk: readonly LetterAndCommand[]): Promise<OutgoingRecord[]> {
    const kept = await clearRejected(
      session.ledger(),
      chunk.map(({ letter }) => letter),
    )
    return chunk.flatMap(({ letter, command }) => {
      if (command === undefined || letter.source === undefined) leave('valueGone')
      else if (kept.has(letter)) leave('settled')
      else return [toReplayRecord(command, letter, letter.source)]
      return []
    })
  }

  const written = await writeRecords(session, readLetters(session, extent, { places }), {
    perSecond,
    total: places.size,
    span: 'replay dead letters',
    prepare,
  })
  return { ...written, left }
}
