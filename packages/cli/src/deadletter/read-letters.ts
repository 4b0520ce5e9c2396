import { commandOf, type DeadLetter, fitsLetter, type LetterFilter, readDeadLetter } from '@imchannel/dead-letters'
import { type IncomingRecord, readRange } from '@imchannel/kafka'
import type { Session } from '../session/session.ts'
import { type Extent, readExtent } from '../session/read-topic.ts'

/** A letter and its command as it was; no command where the bytes are gone. */
export interface LetterAndCommand {
  readonly letter: DeadLetter
  readonly command: IncomingRecord | undefined
}

export interface ReadLettersOptions {
  readonly filter?: LetterFilter
  /** Only letters at these places (`3:17`). */
  readonly places?: { has(place: string): boolean }
}

/** Reads the letters of the dead-letter topic; the bytes of those that did not fit in come from where they were written first. */
export async function* readLetters(
  session: Session,
  extent: Extent,
  { filter = {}, places }: ReadLettersOptions = {},
): AsyncGenerator<LetterAndCommand, void, void> {
  const from = filter.since === undefined ? 'earliest' : { timestamp: filter.since }
  const records = readExtent(session, extent, {
    from,
    filter: ({ partition, offset }) => places?.has(`${partition}:${offset}`) ?? true,
  })
  for await (const record of records) {
    const letter = await withValue(session, record)
    if (fitsLetter(letter.letter, filter)) yield letter
  }
}

async function withValue(session: Session, record: IncomingRecord): Promise<LetterAndCommand> {
  const letter = readDeadLetter(record, session.config())
  if (!letter.omitted) return { letter, command: commandOf(record, letter.source) }
  const original = await originalOf(session, letter)
  if (original === undefined) return { letter: { ...letter, gone: true }, command: undefined }
  const whole = {
    ...record,
    key: original.key,
    value: original.value,
    headers: { ...original.headers, ...record.headers },
  }
  return { letter: readDeadLetter(whole, session.config()), command: original }
}

async function originalOf(session: Session, { source }: DeadLetter): Promise<IncomingRecord | undefined> {
  if (source === undefined) return undefined
  const offset = BigInt(source.offset)
  const range = readRange(session.kafka(), {
    topic: source.topic,
    from: { offsets: new Map([[source.partition, offset]]) },
    to: { offsets: new Map([[source.partition, offset + 1n]]) },
    signal: session.io.signal,
  })
  for await (const record of range) {
    if (record.offset === source.offset && record.unreadable === undefined) return record
  }
  return undefined
}
