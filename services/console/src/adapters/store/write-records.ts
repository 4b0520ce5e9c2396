import { type Kysely, type Transaction, sql } from 'kysely'
import { normaliseNumber, stateOf } from '@imchannel/events'
import type { ProjectedRecord } from '../../domain/projected-record.ts'
import { jsonOf, parseValue } from '../../domain/record-value.ts'
import { costCounts } from '../../domain/cost-counts.ts'
import { nextWrite } from './store-identity.ts'
import type { Tables } from './tables.ts'

/** A record that the store had not taken before. */
export interface Taken {
  readonly record: ProjectedRecord
  readonly conversation: number | undefined
}

export interface Written {
  readonly taken: readonly Taken[]
  /** Which write of the store it was. */
  readonly write: number
}

const MINUTE_MS = 60_000

export interface WriteOptions {
  /** Records that are passed over: the store holds nothing of them. */
  readonly leaveOut?: (record: ProjectedRecord) => boolean
}

/**
 * Takes records and how far their partitions are read, in one transaction: what is cut off in the middle is not there, and is read again.
 * What was taken before changes nothing.
 *
 * @param all in the order of their partitions, without gaps
 * @returns those that are new
 */
export async function writeRecords(
  db: Kysely<Tables>,
  all: readonly ProjectedRecord[],
  { leaveOut = () => false }: WriteOptions = {},
): Promise<Written> {
  const records = all.filter((record) => !leaveOut(record))
  return db.transaction().execute(async (transaction) => {
    const conversations = await takeConversations(transaction, records)
    const messages = await takeMessages(transaction, records, conversations)
    const ids =
      records.length === 0
        ? new Map<string, number>()
        : await insertRecords(transaction, records, { conversations, messages })
    const taken = records.flatMap((record) => {
      const id = ids.get(placeKey(record))
      return id === undefined ? [] : [{ id, record, conversation: conversationIn(conversations, record) }]
    })
    await insertNames(transaction, taken)
    await insertLinks(transaction, taken, messages)
    await countMinutes(transaction, taken)
    await movePositions(transaction, all)
    return { taken, write: await nextWrite(transaction) }
  })
}

type Ids = ReadonlyMap<string, number>

/** Sorted: two instances that take the same rows in different orders would wait for each other. */
function distinct<T>(rows: readonly (readonly [key: string, row: T])[], merge: (a: T, b: T) => T): [string, T][] {
  const found = new Map<string, T>()
  for (const [key, row] of rows) {
    const known = found.get(key)
    found.set(key, known === undefined ? row : merge(known, row))
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const keyOf = (...parts: (string | number)[]): string => parts.join('\0')
const placeKey = ({ topic, partition, offset }: ProjectedRecord): string => keyOf(topic, partition, offset)

function conversationIn(ids: Ids, { tenant, conversation }: ProjectedRecord): number | undefined {
  return conversation && ids.get(keyOf(tenant, conversation.business, conversation.customer))
}

async function takeConversations(db: Transaction<Tables>, records: readonly ProjectedRecord[]): Promise<Ids> {
  const rows = distinct(
    records.flatMap(({ tenant, conversation, at }) => {
      if (conversation === undefined) return []
      const row = { tenant, ...conversation, first_at: at, last_at: at }
      return [[keyOf(tenant, row.business, row.customer), row] as const]
    }),
    (a, b) => ({ ...a, first_at: Math.min(a.first_at, b.first_at), last_at: Math.max(a.last_at, b.last_at) }),
  ).map(([, row]) => row)
  if (rows.length === 0) return new Map()
  const found = await db
    .insertInto('conversations')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'business', 'customer']).doUpdateSet({
        first_at: sql`case when excluded.first_at < conversations.first_at then excluded.first_at else conversations.first_at end`,
        last_at: sql`case when excluded.last_at > conversations.last_at then excluded.last_at else conversations.last_at end`,
      }),
    )
    .returning(['id', 'tenant', 'business', 'customer'])
    .execute()
  return new Map(found.map(({ id, tenant, business, customer }) => [keyOf(tenant, business, customer), id]))
}

async function takeMessages(
  db: Transaction<Tables>,
  records: readonly ProjectedRecord[],
  conversations: Ids,
): Promise<Ids> {
  const rows = distinct(
    records.flatMap((record) => {
      const { tenant, message, alsoAbout, sender } = record
      const empty = { tenant, command_id: null, conversation: null, sender: null, template: null }
      const others = alsoAbout.map((id) => [keyOf(tenant, id), { ...empty, message_id: id }] as const)
      if (message === undefined) return others
      const own = {
        tenant,
        message_id: message.messageId,
        command_id: message.commandId ?? null,
        conversation: conversationIn(conversations, record) ?? null,
        sender,
        template: message.template ?? null,
      }
      return [[keyOf(tenant, own.message_id), own] as const, ...others]
    }),
    (a, b) => ({
      ...a,
      command_id: a.command_id ?? b.command_id,
      conversation: a.conversation ?? b.conversation,
      sender: a.sender ?? b.sender,
      template: a.template ?? b.template,
    }),
  ).map(([, row]) => row)
  if (rows.length === 0) return new Map()
  const found = await db
    .insertInto('messages')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'message_id']).doUpdateSet({
        command_id: sql`coalesce(messages.command_id, excluded.command_id)`,
        conversation: sql`coalesce(messages.conversation, excluded.conversation)`,
        sender: sql`coalesce(messages.sender, excluded.sender)`,
        template: sql`coalesce(messages.template, excluded.template)`,
      }),
    )
    .returning(['id', 'tenant', 'message_id'])
    .execute()
  return new Map(found.map(({ id, tenant, message_id: messageId }) => [keyOf(tenant, messageId), id]))
}

async function insertRecords(
  db: Transaction<Tables>,
  records: readonly ProjectedRecord[],
  { conversations, messages }: { conversations: Ids; messages: Ids },
): Promise<Ids> {
  const rows = records.map((projected) => {
    const { conversation: _conversation, message, alsoAbout: _alsoAbout, names: _names, ...row } = projected
    return {
      ...row,
      conversation: conversationIn(conversations, projected) ?? null,
      message: (message && messages.get(keyOf(projected.tenant, message.messageId))) ?? null,
    }
  })
  const found = await db
    .insertInto('records')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'topic', 'partition', 'offset'])
    .execute()
  return new Map(found.map(({ id, topic, partition, offset }) => [keyOf(topic, partition, offset), id]))
}

async function insertNames(db: Transaction<Tables>, taken: readonly Taken[]): Promise<void> {
  const rows = distinct(
    taken.flatMap(({ record: { tenant, names, conversation: key }, conversation }) => {
      if (conversation === undefined || key === undefined) return []
      return [key.customer, ...names.map(normaliseNumber)].map(
        (name) => [keyOf(tenant, name, conversation), { tenant, name, conversation }] as const,
      )
    }),
    (a) => a,
  ).map(([, row]) => row)
  if (rows.length === 0) return
  await db
    .insertInto('names')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function insertLinks(
  db: Transaction<Tables>,
  taken: readonly (Taken & { readonly id: number })[],
  messages: Ids,
): Promise<void> {
  const rows = taken.flatMap(({ id: record, record: { tenant, alsoAbout } }) =>
    [...new Set(alsoAbout)].flatMap((about) => {
      const message = messages.get(keyOf(tenant, about))
      return message === undefined ? [] : [{ record, message }]
    }),
  )
  if (rows.length > 0) await db.insertInto('record_messages').values(rows).execute()
}

async function countMinutes(db: Transaction<Tables>, taken: readonly Taken[]): Promise<void> {
  const rows = distinct(
    taken.flatMap(({ record }) => {
      const { tenant, at, problem } = record
      const kind = problem === 'failed' ? 'failed' : arrived(record) ? 'delivered' : record.kind
      const minute = Math.floor(at / MINUTE_MS)
      return [[kind, 1] as const, ...costCounts(record)].map(
        ([name, count]) => [keyOf(tenant, name, minute), { tenant, kind: name, minute, count }] as const,
      )
    }),
    (a, b) => ({ ...a, count: a.count + b.count }),
  ).map(([, row]) => row)
  if (rows.length === 0) return
  await db
    .insertInto('minutes')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'kind', 'minute']).doUpdateSet({ count: sql`minutes.count + excluded.count` }),
    )
    .execute()
}

/** Of the reports of one message, the one that is counted: delivered for certain. */
function arrived({ kind, value }: ProjectedRecord): boolean {
  if (kind !== 'delivery') return false
  const status = jsonOf(parseValue(value)).at('status')
  return stateOf({ groupId: jsonOf(status).number('groupId'), id: jsonOf(status).number('id') }) === 'delivered'
}

async function movePositions(db: Transaction<Tables>, records: readonly ProjectedRecord[]): Promise<void> {
  const rows = distinct(
    records.map(({ topic, partition, offset }) => {
      return [keyOf(topic, partition), { topic, partition, next_offset: offset + 1 }] as const
    }),
    (a, b) => (a.next_offset > b.next_offset ? a : b),
  ).map(([, row]) => row)
  await db
    .insertInto('positions')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['topic', 'partition']).doUpdateSet({
        next_offset: sql`case when excluded.next_offset > positions.next_offset then excluded.next_offset else positions.next_offset end`,
      }),
    )
    .execute()
}
