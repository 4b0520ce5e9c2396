import { type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** Deleted at a time, so that new records need not wait. */
const CHUNK = 2_000
const DAY_MS = 86_400_000

/** Deletes what was written before a time, and what nothing is left of. @returns how many records went */
export async function deleteOlderThan(db: Kysely<Tables>, beforeMs: number, signal: AbortSignal): Promise<number> {
  let deleted = 0
  for (;;) {
    signal.throwIfAborted()
    const old = await db
      .selectFrom('records')
      .select('id')
      .where('written_at', '<', beforeMs)
      .orderBy('written_at')
      .limit(CHUNK)
      .execute()
    const ids = old.map(({ id }) => id)
    if (ids.length === 0) break
    await db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('record_messages').where('record', 'in', ids).execute()
      await transaction.deleteFrom('records').where('id', 'in', ids).execute()
    })
    deleted += ids.length
  }
  if (deleted > 0) await deleteEmpty(db, beforeMs)
  return deleted
}

async function deleteEmpty(db: Kysely<Tables>, beforeMs: number): Promise<void> {
  const unused = [
    sql`delete from messages where not exists (select 1 from records where records.message = messages.id)
      and not exists (select 1 from record_messages where record_messages.message = messages.id)`,
    sql`delete from conversations where last_at < ${beforeMs}
      and not exists (select 1 from records where records.conversation = conversations.id)`,
    sql`delete from names where not exists (select 1 from conversations where conversations.id = names.conversation)`,
    sql`delete from minutes where minute < ${Math.floor(beforeMs / 60_000)}`,
    sql`delete from replays where at < ${beforeMs - DAY_MS}`,
  ]
  for (const statement of unused) await statement.execute(db)
}
