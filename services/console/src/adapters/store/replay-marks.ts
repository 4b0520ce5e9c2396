import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export interface ReplayMark {
  readonly place: string
  readonly state: string
  readonly at: number
  readonly by_user: string
  readonly reason: string | null
}

/** Who began and came to no end lets others begin after so long: the command’s id keeps it from being sent twice. */
const GIVEN_UP_MS = 5 * 60_000

/** Whether a letter may be begun: what nobody is at, or has been at for too long. */
export function isOpen({ state, at }: ReplayMark, nowMs: number): boolean {
  return state === 'left' || (state === 'requested' && at < nowMs - GIVEN_UP_MS)
}

/** Begins a replay of each letter that nobody else has begun, or that was left where it is. @returns the places that are this caller’s */
export async function beginReplays(
  db: Kysely<Tables>,
  places: readonly string[],
  { by, at }: { by: string; at: number },
): Promise<Set<string>> {
  if (places.length === 0) return new Set()
  const rows = places.map((place) => ({ place, state: 'requested', at, by_user: by, reason: null }))
  const begun = await db
    .insertInto('replays')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('place')
        .doUpdateSet({ state: 'requested', at, by_user: by, reason: null })
        .where((eb) =>
          eb.or([
            eb('replays.state', '=', 'left'),
            eb.and([eb('replays.state', '=', 'requested'), eb('replays.at', '<', at - GIVEN_UP_MS)]),
          ]),
        ),
    )
    .returning('place')
    .execute()
  return new Set(begun.map(({ place }) => place))
}

export async function endReplays(
  db: Kysely<Tables>,
  places: readonly string[],
  { state, reason, at }: { state: 'replayed' | 'left'; reason: string | null; at: number },
): Promise<void> {
  if (places.length === 0) return
  await db.updateTable('replays').set({ state, reason, at }).where('place', 'in', places).execute()
}

export async function readReplays(db: Kysely<Tables>, places: readonly string[]): Promise<Map<string, ReplayMark>> {
  if (places.length === 0) return new Map()
  const rows = await db.selectFrom('replays').selectAll().where('place', 'in', places).execute()
  return new Map(rows.map((row) => [row.place, row]))
}
