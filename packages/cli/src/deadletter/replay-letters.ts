import { copyHeaders, positionId } from '@imchannel/events'
import type { IncomingRecord, OutgoingRecord } from '@imchannel/kafka'
import type { Session } from '../session/session.ts'
import type { Extent } from '../session/read-topic.ts'
import { type Written, writeRecords } from '../session/write-records.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { LeftReason } from './plan-replay.ts'
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
      session,
      chunk.map(({ letter }) => letter),
    )
    return chunk.flatMap(({ letter, command }) => {
      if (command === undefined || letter.source === undefined) leave('valueGone')
      else if (kept.has(letter)) leave('settled')
      else return [toRecord(command, letter, letter.source)]
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

/** @returns the letters whose command is not rejected any more */
async function clearRejected(session: Session, letters: readonly DeadLetter[]): Promise<Set<DeadLetter>> {
  const kept = new Set<DeadLetter>()
  const sends = letters.flatMap((letter) => (letter.send === undefined ? [] : [{ letter, ...letter.send }]))
  for (const [tenant, group] of Map.groupBy(sends, ({ tenant }) => tenant)) {
    const cleared = await session.ledger().clearRejected(
      tenant,
      group.map(({ messageId }) => messageId),
    )
    const stay = new Set(cleared.kept)
    for (const { letter, messageId } of group) if (stay.has(messageId)) kept.add(letter)
  }
  return kept
}

function toRecord(
  command: IncomingRecord,
  { commandId }: DeadLetter,
  source: NonNullable<DeadLetter['source']>,
): OutgoingRecord {
  // An id that comes from the place would be another one at the new place.
  const headers = copyHeaders(command, commandId === positionId(source) ? { ce_id: commandId } : {})
  return { topic: source.topic, key: command.key, value: command.value, headers }
}
