import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

const WRITES = 'writes'

/** What makes a store itself: emptied, it is another one. */
export interface StoreIdentity {
  /** Signs sessions. */
  readonly secret: Buffer
  /** Part of the name of its group of consumers: who begins with another store reads all anew. */
  readonly generation: string
}

/** Reads it, or makes it where the store is new. Several instances on one database agree. */
export async function identityOf(db: Kysely<Tables>): Promise<StoreIdentity> {
  return {
    secret: Buffer.from(await once(db, 'secret', randomBytes(32).toString('hex')), 'hex'),
    generation: await once(db, 'generation', randomBytes(6).toString('hex')),
  }
}

/** Counts a write of the store, in its transaction: how far a store is, in one number. */
export async function nextWrite(db: Kysely<Tables>): Promise<number> {
  const counted = await db
    .insertInto('meta')
    .values({ name: WRITES, value: '1' })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value: sql`cast(cast(meta.value as bigint) + 1 as text)` }),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return Number(counted.value)
}

export async function lastWrite(db: Kysely<Tables>): Promise<number> {
  const found = await db.selectFrom('meta').select('value').where('name', '=', WRITES).executeTakeFirst()
  return Number(found?.value ?? 0)
}

/** The store is older than what its group has committed (a backup, a disk that lost writes): all is read anew. */
export async function renewGeneration(db: Kysely<Tables>): Promise<string> {
  const value = randomBytes(6).toString('hex')
  await db.updateTable('meta').set({ value }).where('name', '=', 'generation').execute()
  return value
}

async function once(db: Kysely<Tables>, name: string, value: string): Promise<string> {
  await db
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const found = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirstOrThrow()
  return found.value
}

/** The first topic that was ever met under a name: records of a later one are others, though their places are the same. */
export async function firstTopicId(db: Kysely<Tables>, topic: string, topicId: string): Promise<string> {
  await db
    .insertInto('first_topics')
    .values({ topic, topic_id: topicId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const found = await db
    .selectFrom('first_topics')
    .select('topic_id')
    .where('topic', '=', topic)
    .executeTakeFirstOrThrow()
  return found.topic_id
}
