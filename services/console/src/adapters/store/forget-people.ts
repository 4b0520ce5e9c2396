import { setImmediate as turnEnd } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Forgettings } from '@imchannel/facts'
import { namesInText } from '../../domain/persons-in.ts'
import type { Tables } from './tables.ts'

export interface ForgetOptions {
  readonly tenant: string
  readonly forgotten: Pick<Forgettings, 'forgottenUntil' | 'isForgotten'>
  readonly signal: AbortSignal
}

/** Looked at between two breaths, and deleted in one transaction. */
const PAGE = 500

/** Removes what was written of who was forgotten until then, and what nothing is left of. @returns how many records went */
export async function forgetPeople(db: Kysely<Tables>, options: ForgetOptions): Promise<number> {
  const found = await conversationsOf(db, options)
  let removed = 0
  for (const [conversation, until] of found) removed += await forgetConversation(db, conversation, until)
  return removed + (await forgetLoose(db, options))
}

/** With until when each is forgotten. */
async function conversationsOf(
  db: Kysely<Tables>,
  { tenant, forgotten, signal }: ForgetOptions,
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  let after = ''
  for (;;) {
    signal.throwIfAborted()
    const rows = await db
      .selectFrom('names')
      .select(['name', 'conversation'])
      .where('tenant', '=', tenant)
      .where('name', '>', after)
      .orderBy('name')
      .limit(PAGE)
      .execute()
    for (const { name, conversation } of rows) {
      const until = forgotten.forgottenUntil({ tenant, names: [name] })
      if (until !== undefined) found.set(conversation, Math.max(until, found.get(conversation) ?? 0))
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return found
    after = last.name
    await turnEnd()
  }
}

async function forgetConversation(db: Kysely<Tables>, conversation: number, until: number): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const messages = transaction.selectFrom('messages').select('id').where('conversation', '=', conversation)
    const rows = await transaction
      .selectFrom('records')
      .select('id')
      .where('written_at', '<=', until)
      .where((eb) => eb.or([eb('conversation', '=', conversation), eb('message', 'in', messages)]))
      .execute()
    for (let at = 0; at < rows.length; at += PAGE)
      await deleteRecords(
        transaction,
        rows.slice(at, at + PAGE).map(({ id }) => id),
      )
    await deleteUnused(transaction, conversation)
    return rows.length
  })
}

async function deleteRecords(db: Transaction<Tables>, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await db.deleteFrom('record_messages').where('record', 'in', ids).execute()
  await db.deleteFrom('records').where('id', 'in', ids).execute()
}

/** Messages of which no record is left, whose ids may hold a number; names, where none of the conversation is. */
async function deleteUnused(db: Transaction<Tables>, conversation: number): Promise<void> {
  await sql`delete from messages where conversation = ${conversation}
      and not exists (select 1 from records where records.message = messages.id)
      and not exists (select 1 from record_messages where record_messages.message = messages.id)`.execute(db)
  const left = await db.selectFrom('records').select('id').where('conversation', '=', conversation).executeTakeFirst()
  if (left !== undefined) return
  await db.deleteFrom('names').where('conversation', '=', conversation).execute()
  await db.deleteFrom('conversations').where('id', '=', conversation).execute()
}

/** Records of no conversation: webhooks that were not understood, whatever stands in them. */
async function forgetLoose(db: Kysely<Tables>, { tenant, forgotten, signal }: ForgetOptions): Promise<number> {
  let removed = 0
  let after = 0
  for (;;) {
    signal.throwIfAborted()
    const rows = await db
      .selectFrom('records')
      .select(['id', 'written_at', 'tenant', 'key', 'headers', 'value'])
      .where('tenant', '=', tenant)
      .where('conversation', 'is', null)
      .where('id', '>', after)
      .where('kind', '!=', 'audit')
      .orderBy('id')
      .limit(PAGE)
      .execute()
    const theirs = rows.filter((row) => forgotten.isForgotten(namesInText(row), row.written_at)).map(({ id }) => id)
    await db.transaction().execute((transaction) => deleteRecords(transaction, theirs))
    removed += theirs.length
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return removed
    after = last.id
    await turnEnd()
  }
}
