import { type Kysely, sql } from 'kysely'
import type { Records, Tables } from './tables.ts'
import type { Selectable } from 'kysely'

export type RecordRow = Selectable<Records>

export interface MessageRow {
  readonly id: number
  readonly message_id: string
  readonly command_id: string | null
  readonly template: string | null
}

/** A message, or what belongs to none, with all of its records. */
export interface TimelineEntry {
  readonly message?: MessageRow | undefined
  /** In the order of time. */
  readonly records: readonly RecordRow[]
}

export interface TimelinePage {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[]
  /** Where older ones begin; undefined where there are none. */
  readonly before?: readonly [number, number] | undefined
}

/** So many records of one message are read: a webhook can repeat for ever. */
const MOST_OF_ONE = 200

/**
 * The latest messages of a conversation, by their first record. A record of no message stands alone, under its id with a minus.
 */
export async function readTimeline(
  db: Kysely<Tables>,
  conversation: number,
  { before, limit }: { before?: readonly [number, number] | undefined; limit: number },
): Promise<TimelinePage> {
  const ref = sql<number>`coalesce(message, -id)`
  const first = sql<number>`min(at)`
  const heads = await db
    .selectFrom('records')
    .select([ref.as('ref'), first.as('first')])
    .where('conversation', '=', conversation)
    .groupBy(ref)
    .$if(before !== undefined, (query) => {
      const [at = 0, id = 0] = before ?? []
      return query.having(sql<boolean>`min(at) < ${at} or (min(at) = ${at} and coalesce(message, -id) < ${id})`)
    })
    .orderBy(first, 'desc')
    .orderBy(ref, 'desc')
    .limit(limit + 1)
    .execute()
  const shown = heads.slice(0, limit)
  const messages = shown.flatMap((head) => (head.ref > 0 ? [head.ref] : []))
  const alone = shown.flatMap((head) => (head.ref < 0 ? [-head.ref] : []))
  const [rows, records] = await Promise.all([messagesOf(db, messages), recordsOf(db, messages, alone)])
  const last = shown.at(-1)
  return {
    entries: shown.toReversed().map((head) => ({
      message: rows.find(({ id }) => id === head.ref),
      records: (records.get(head.ref) ?? []).slice(0, MOST_OF_ONE),
    })),
    before: heads.length > limit && last !== undefined ? [last.first, last.ref] : undefined,
  }
}

/** Of kinds that a play is made of; a longer conversation is played from where the latest of them begin. */
const PLAYED = ['received', 'command', 'attempt', 'accepted', 'rejected', 'expired', 'delivery', 'seen', 'clicked']
const MOST_PLAYED = 5_000

/** What was said, sent and tried in a conversation, the latest first. */
export async function readPlay(db: Kysely<Tables>, conversation: number): Promise<RecordRow[]> {
  return db
    .selectFrom('records')
    .selectAll()
    .where('conversation', '=', conversation)
    .where('kind', 'in', PLAYED)
    .orderBy('at', 'desc')
    .limit(MOST_PLAYED)
    .execute()
}

async function messagesOf(db: Kysely<Tables>, ids: readonly number[]): Promise<MessageRow[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('messages')
    .select(['id', 'message_id', 'command_id', 'template'])
    .where('id', 'in', ids)
    .execute()
}

async function recordsOf(
  db: Kysely<Tables>,
  messages: readonly number[],
  alone: readonly number[],
): Promise<Map<number, RecordRow[]>> {
  const none = [-1]
  const own = await db
    .selectFrom('records')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('message', 'in', messages.length > 0 ? messages : none),
        eb('id', 'in', alone.length > 0 ? alone : none),
      ]),
    )
    .orderBy('at')
    .orderBy('id')
    .execute()
  const linked = await db
    .selectFrom('record_messages')
    .innerJoin('records', 'records.id', 'record_messages.record')
    .selectAll('records')
    .select('record_messages.message as about')
    .where('record_messages.message', 'in', messages.length > 0 ? messages : none)
    .execute()
  const found = new Map<number, RecordRow[]>()
  for (const row of own) append(found, row.message ?? -row.id, row)
  for (const { about, ...row } of linked) append(found, about, row)
  for (const rows of found.values()) rows.sort((a, b) => a.at - b.at || a.id - b.id)
  return found
}

function append(found: Map<number, RecordRow[]>, ref: number, row: RecordRow): void {
  const rows = found.get(ref)
  if (rows === undefined) found.set(ref, [row])
  else rows.push(row)
}
