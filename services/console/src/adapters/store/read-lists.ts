import { type Kysely, sql } from 'kysely'
import type { RecordRow } from './read-timeline.ts'
import type { Tables } from './tables.ts'

export interface ListOptions {
  readonly tenants: readonly string[]
  readonly code?: string | undefined
  /** Written at or after, and before; ms since 1970. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Id of the last one that was shown. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Dead letters, unrecognised webhooks or the audit, the latest taken first. */
export async function listRecords(
  db: Kysely<Tables>,
  kind: 'deadletter' | 'unrecognised' | 'audit',
  { tenants, code, since, until, before, limit }: ListOptions,
): Promise<RecordRow[]> {
  if (tenants.length === 0) return []
  return db
    .selectFrom('records')
    .selectAll()
    .where('kind', '=', kind)
    .where('tenant', 'in', tenants)
    .$if(code !== undefined, (query) => query.where('code', '=', code ?? ''))
    .$if(since !== undefined, (query) => query.where('written_at', '>=', since ?? 0))
    .$if(until !== undefined, (query) => query.where('written_at', '<', until ?? 0))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export interface CodeCount {
  readonly tenant: string
  readonly code: string
  readonly count: number
}

export async function countByCode(
  db: Kysely<Tables>,
  kind: 'deadletter' | 'unrecognised',
  tenants: readonly string[],
): Promise<CodeCount[]> {
  if (tenants.length === 0) return []
  const rows = await db
    .selectFrom('records')
    .select(({ fn }) => ['tenant', 'code', fn.countAll<number>().as('count')])
    .where('kind', '=', kind)
    .where('tenant', 'in', tenants)
    .groupBy(['tenant', 'code'])
    .execute()
  return rows
    .map(({ tenant, code, count }) => ({ tenant, code: code ?? 'unknown', count }))
    .toSorted((a, b) => b.count - a.count)
}

export async function readRecord(db: Kysely<Tables>, id: number): Promise<RecordRow | undefined> {
  return db.selectFrom('records').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Of all kinds, by the minutes: counting a million rows takes a second. */
export async function countRecords(db: Kysely<Tables>): Promise<number> {
  const { sum } = await db
    .selectFrom('minutes')
    // PostgreSQL’s sum of whole numbers is a decimal, which comes as text.
    .select(({ fn }) => fn.sum<number | string | null>('count').as('sum'))
    .where('kind', 'not like', 'amount %')
    .where('kind', 'not like', 'priced %')
    .executeTakeFirstOrThrow()
  return Number(sum ?? 0)
}

export interface ProblemRow {
  readonly problem: string
  readonly code: string
  readonly tenant: string
  readonly sender: string | null
  readonly template: string | null
  readonly bucket: number
  readonly count: number
  readonly first_at: number
  readonly last_at: number
  /** Of the latest record. */
  readonly last_id: number
}

/** What went wrong between two times, by what it is and by bar of the chart. */
export async function readProblems(
  db: Kysely<Tables>,
  { tenants, from, to, bucketMs }: { tenants: readonly string[]; from: number; to: number; bucketMs: number },
): Promise<ProblemRow[]> {
  if (tenants.length === 0) return []
  const bucket = sql<number>`cast((records.at - cast(${from} as bigint)) / cast(${bucketMs} as bigint) as integer)`
  return db
    .selectFrom('records')
    .leftJoin('messages', 'messages.id', 'records.message')
    .select(({ fn }) => [
      sql<string>`records.problem`.as('problem'),
      sql<string>`coalesce(records.code, '')`.as('code'),
      'records.tenant as tenant',
      sql<string | null>`coalesce(records.sender, messages.sender)`.as('sender'),
      'messages.template as template',
      bucket.as('bucket'),
      fn.countAll<number>().as('count'),
      sql<number>`min(records.at)`.as('first_at'),
      sql<number>`max(records.at)`.as('last_at'),
      sql<number>`max(records.id)`.as('last_id'),
    ])
    .where('records.problem', 'is not', null)
    .where('records.tenant', 'in', tenants)
    .where('records.at', '>=', from)
    .where('records.at', '<', to)
    .groupBy(['records.problem', 'records.code', 'records.tenant', sql`4`, 'messages.template', sql`6`])
    .execute()
}

/** Reasons and places of records, by id. */
export async function readExamples(db: Kysely<Tables>, ids: readonly number[]): Promise<Map<number, RecordRow>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('records').selectAll().where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [row.id, row]))
}

export interface MinuteRow {
  readonly kind: string
  readonly bucket: number
  readonly count: number
}

export async function readMinutes(
  db: Kysely<Tables>,
  { tenants, from, to, bucketMs }: { tenants: readonly string[]; from: number; to: number; bucketMs: number },
): Promise<MinuteRow[]> {
  if (tenants.length === 0) return []
  const [first, width] = [Math.floor(from / 60_000), bucketMs / 60_000]
  const rows = await db
    .selectFrom('minutes')
    .select(({ fn }) => [
      'kind',
      sql<number>`cast((minute - ${first}) / ${width} as integer)`.as('bucket'),
      fn.sum<number | string>('count').as('count'),
    ])
    .where('tenant', 'in', tenants)
    .where('minute', '>=', first)
    .where('minute', '<', Math.ceil(to / 60_000))
    .groupBy(['kind', sql`2`])
    .execute()
  return rows.map(({ count, ...row }) => ({ ...row, count: Number(count) }))
}

/** How long the latest accepted messages took from their command, ms. */
export async function readAcceptedAfter(
  db: Kysely<Tables>,
  tenants: readonly string[],
  from: number,
): Promise<number[]> {
  if (tenants.length === 0) return []
  const rows = await db
    .selectFrom('records as accepted')
    .innerJoin('records as command', (join) =>
      join.onRef('command.message', '=', 'accepted.message').on('command.kind', '=', 'command'),
    )
    .select(sql<number>`accepted.written_at - command.written_at`.as('after'))
    .where('accepted.kind', '=', 'accepted')
    .where('accepted.tenant', 'in', tenants)
    .where('accepted.written_at', '>=', from)
    .orderBy('accepted.written_at', 'desc')
    .limit(500)
    .execute()
  return rows.map(({ after }) => after)
}
