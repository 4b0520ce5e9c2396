import { copyHeaders, positionId } from '@imchannel/events'
import type { IncomingRecord, OutgoingRecord } from '@imchannel/kafka'
import type { Ledger } from '@imchannel/ledger'
import type { DeadLetter } from './dead-letter.ts'

/**
 * Clears the rejected state of the letters’ commands, just before they are written: without it the dispatcher would know them as
 * rejected.
 *
 * @returns the letters whose command is not rejected any more: those are not to be written
 */
export async function clearRejected(
  ledger: Pick<Ledger, 'clearRejected'>,
  letters: readonly DeadLetter[],
): Promise<Set<DeadLetter>> {
  const kept = new Set<DeadLetter>()
  const sends = letters.flatMap((letter) => (letter.send === undefined ? [] : [{ letter, ...letter.send }]))
  for (const [tenant, group] of Map.groupBy(sends, ({ tenant }) => tenant)) {
    const cleared = await ledger.clearRejected(
      tenant,
      group.map(({ messageId }) => messageId),
    )
    const stay = new Set(cleared.kept)
    for (const { letter, messageId } of group) if (stay.has(messageId)) kept.add(letter)
  }
  return kept
}

/** The command as it goes back to where it came from: key, bytes, headers and id as they were. */
export function toReplayRecord(
  command: IncomingRecord,
  { commandId }: DeadLetter,
  source: NonNullable<DeadLetter['source']>,
): OutgoingRecord {
  // An id that comes from the place would be another one at the new place.
  const headers = copyHeaders(command, commandId === positionId(source) ? { ce_id: commandId } : {})
  return { topic: source.topic, key: command.key, value: command.value, headers }
}
