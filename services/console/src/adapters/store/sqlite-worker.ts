import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** One statement to be run, by the connection that reads or by the one that writes. */
export interface StatementRequest {
  readonly id: number
  readonly connection: 'read' | 'write'
  readonly sql: string
  readonly parameters: readonly SQLInputValue[]
}

export type StatementAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes: number | bigint }
  | { readonly id: number; readonly error: string }

/** Statements that are kept compiled; batches of each length have one of their own. */
const MOST_STATEMENTS = 200
/** Pages that a connection keeps, in KiB. */
const CACHE_KIB = 16 * 1024

const { file } = workerData as { file: string } // given by openSqlite alone

function connect() {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  // What a crash of the machine takes away is taken away with the positions, so it is read again: no sync for each batch.
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -${CACHE_KIB}`)
  const statements = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const known = statements.get(sql)
    const statement = known ?? database.prepare(sql)
    statements.delete(sql)
    statements.set(sql, statement)
    if (statements.size > MOST_STATEMENTS)
      for (const oldest of [...statements.keys()].slice(0, 1)) statements.delete(oldest)
    return statement
  }
}

const write = connect()
const connections = { write, read: connect() }

parentPort?.on('message', ({ id, connection, sql, parameters }: StatementRequest) => {
  let answer: StatementAnswer
  try {
    const statement = connections[connection](sql)
    if (statement.columns().length > 0) answer = { id, rows: statement.all(...parameters), changes: 0 }
    else answer = { id, rows: [], changes: statement.run(...parameters).changes }
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) }
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer)
})
