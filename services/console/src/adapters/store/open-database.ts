import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Secret } from '@imchannel/config'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { migrate } from './migrations.ts'
import { sqliteDialect, startSqliteThread } from './sqlite-dialect.ts'
import type { Database, Tables } from './tables.ts'

export type StoreSetting = { readonly folder: string } | { readonly url: Secret }

const FILES = ['console.sqlite', 'console.sqlite-wal', 'console.sqlite-shm']
/** Handlers, the projection and the one that deletes: never more at once. */
const CONNECTIONS = 8

/** What a file says that is no database, or not whole. */
const DAMAGED = /malformed|not a database|disk image/i

/**
 * Opens the store and brings its tables up to date.
 *
 * @param say told where the embedded store was damaged and is made anew
 * @throws where it cannot be opened
 */
export async function openDatabase(setting: StoreSetting, say: (line: string) => void): Promise<Database> {
  if ('url' in setting) return migrated(await openPostgres(setting.url))
  const { folder } = setting
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await migrated(openSqlite(folder))
  } catch (error) {
    if (!(error instanceof Error && DAMAGED.test(error.message))) throw error
    say(`the store in ${folder} is damaged (${error.message}): it is made anew and read from Kafka`)
    for (const name of FILES) await rm(join(folder, name), { force: true })
    return migrated(openSqlite(folder))
  }
}

async function migrated(database: Database): Promise<Database> {
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

function openSqlite(folder: string): Database {
  const thread = startSqliteThread(join(folder, 'console.sqlite'))
  return {
    kind: 'sqlite',
    read: new Kysely<Tables>({ dialect: sqliteDialect(thread, 'read') }),
    write: new Kysely<Tables>({ dialect: sqliteDialect(thread, 'write') }),
    async size() {
      const sizes = await Promise.all(
        FILES.map((name) =>
          stat(join(folder, name)).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      )
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    close: () => thread.end(),
  }
}

/** PostgreSQL’s number of the type bigint, which the client gives as text. */
const INT8 = 20
/** Its own types know by name those that it parses; others come by number. */
type GetTypeParser = (oid: number, format?: 'text' | 'binary') => (text: string) => unknown

async function openPostgres(url: Secret): Promise<Database> {
  const { Pool, types } = (await import('pg')).default
  const pool = new Pool({
    connectionString: url.reveal(),
    max: CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    application_name: 'imchannel-console',
    types: {
      // No id, offset or count is beyond what a number holds.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : (types.getTypeParser as GetTypeParser)(oid, format),
    },
  })
  // A connection that breaks while nobody uses it is replaced by the next one that is needed.
  pool.on('error', () => undefined)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    kind: 'postgres',
    read: db,
    write: db,
    async size() {
      const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
      return rows[0]?.bytes ?? 0
    },
    close: () => db.destroy(),
  }
}
