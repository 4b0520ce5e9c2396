import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** Ends a session for whoever has its cookie, at every instance. @param expiresAt until when it has to be kept, ms since 1970 */
export async function endSession(db: Kysely<Tables>, id: string, expiresAt: number): Promise<void> {
  await db
    .insertInto('ended_sessions')
    .values({ id, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Those that would be over by now all the same. */
export async function forgetEndedSessions(db: Kysely<Tables>, nowMs: number): Promise<void> {
  await db.deleteFrom('ended_sessions').where('expires_at', '<', nowMs).execute()
}

export async function isSessionEnded(db: Kysely<Tables>, id: string): Promise<boolean> {
  const found = await db.selectFrom('ended_sessions').select('id').where('id', '=', id).executeTakeFirst()
  return found !== undefined
}
