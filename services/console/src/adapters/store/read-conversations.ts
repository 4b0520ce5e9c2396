import { normaliseNumber } from '@imchannel/events'
import { type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

export interface ConversationRow {
  readonly id: number
  readonly tenant: string
  readonly business: string
  readonly customer: string
  readonly first_at: number
  readonly last_at: number
  readonly records: number
}

export interface Found {
  readonly conversation: ConversationRow
  readonly matched: 'number' | 'messageId' | 'commandId' | 'latest'
  readonly message?: number | undefined
}

export interface SearchOptions {
  readonly tenants: readonly string[]
  readonly query: string
  /** `last_at` and id of the last one that was shown. */
  readonly before?: readonly [number, number] | undefined
  readonly limit: number
}

/** Conversations by a customer’s name, a messageId or a command id, each whole; without one the latest. */
export async function searchConversations(db: Kysely<Tables>, options: SearchOptions): Promise<Found[]> {
  const { query, tenants } = options
  if (tenants.length === 0) return []
  const text = query.trim()
  if (text === '') return (await latest(db, options)).map((conversation) => ({ conversation, matched: 'latest' }))
  const messages = await db
    .selectFrom('messages')
    .select(['id', 'message_id', 'conversation'])
    .where('tenant', 'in', tenants)
    .where((eb) => eb.or([eb('message_id', '=', text), eb('command_id', '=', text)]))
    .where('conversation', 'is not', null)
    .limit(options.limit)
    .execute()
  const named = await latest(db, options, normaliseNumber(text))
  const rows = await byIds(
    db,
    messages.flatMap(({ conversation }) => conversation ?? []),
  )
  const byMessage = messages.flatMap(({ id, message_id: messageId, conversation }): Found[] => {
    const row = rows.find((one) => one.id === conversation)
    return row === undefined
      ? []
      : [{ conversation: row, matched: messageId === text ? 'messageId' : 'commandId', message: id }]
  })
  return [...byMessage, ...named.map((conversation): Found => ({ conversation, matched: 'number' }))]
}

async function latest(
  db: Kysely<Tables>,
  { tenants, before, limit }: SearchOptions,
  name?: string,
): Promise<ConversationRow[]> {
  const query = selectRows(db)
    .where('conversations.tenant', 'in', tenants)
    .$if(before !== undefined, (some) => {
      const [lastAt = 0, id = 0] = before ?? []
      return some.where((eb) =>
        eb.or([
          eb('conversations.last_at', '<', lastAt),
          eb.and([eb('conversations.last_at', '=', lastAt), eb('conversations.id', '<', id)]),
        ]),
      )
    })
    .orderBy('conversations.last_at', 'desc')
    .orderBy('conversations.id', 'desc')
    .limit(limit)
  if (name === undefined) return query.execute()
  return query
    .where('conversations.id', 'in', (inner) =>
      inner.selectFrom('names').select('conversation').where('name', '=', name).where('tenant', 'in', tenants),
    )
    .execute()
}

/** By their ids; those that are not there are left out. */
export async function byIds(db: Kysely<Tables>, ids: readonly number[]): Promise<ConversationRow[]> {
  if (ids.length === 0) return []
  return selectRows(db)
    .where('conversations.id', 'in', [...new Set(ids)])
    .execute()
}

/** Every name of the customer that is known. */
export async function namesOfConversation(db: Kysely<Tables>, id: number): Promise<string[]> {
  const rows = await db.selectFrom('names').select('name').where('conversation', '=', id).execute()
  return rows.map(({ name }) => name).filter((name) => name !== '-')
}

function selectRows(db: Kysely<Tables>) {
  return db
    .selectFrom('conversations')
    .selectAll('conversations')
    .select(sql<number>`(select count(*) from records where records.conversation = conversations.id)`.as('records'))
}
