import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SQLInputValue } from 'node:sqlite'
import type { StatementAnswer, StatementRequest } from './sqlite-worker.ts'

/** A thread with a database: whatever it does, requests are answered meanwhile. */
export interface SqliteThread {
  run(connection: 'read' | 'write', query: CompiledQuery): Promise<Extract<StatementAnswer, { rows: unknown }>>
  end(): Promise<void>
}

export function startSqliteThread(file: string): SqliteThread {
  const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: { file } })
  const waiting = new Map<number, PromiseWithResolvers<Extract<StatementAnswer, { rows: unknown }>>>()
  let last = 0
  let ended: Error | undefined

  worker.on('message', (answer: StatementAnswer) => {
    const waits = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) waits?.reject(new Error(`the store: ${answer.error}`))
    else waits?.resolve(answer)
  })
  worker.on('error', (error) => (ended = error))
  worker.once('exit', () => {
    ended ??= new Error('the store is closed')
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  })

  return {
    async run(connection, { sql, parameters }) {
      if (ended !== undefined) throw ended
      const waits = Promise.withResolvers<Extract<StatementAnswer, { rows: unknown }>>()
      const id = ++last
      waiting.set(id, waits)
      // The tables’ types let in nothing else.
      const request: StatementRequest = { id, connection, sql, parameters: parameters as SQLInputValue[] }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(request)
      return waits.promise
    },
    async end() {
      if (ended !== undefined) return
      const exit = once(worker, 'exit')
      await worker.terminate()
      await exit.catch(() => undefined)
    },
  }
}

/** Kysely’s dialect of SQLite over a thread’s connection. What writes has it to itself from begin to commit. */
export function sqliteDialect(thread: SqliteThread, connection: 'read' | 'write'): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(thread, connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

const nothing = (): void => undefined

function createDriver(thread: SqliteThread, name: 'read' | 'write'): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, changes } = await thread.run(name, query)
      return { rows: rows as Row[], numAffectedRows: BigInt(changes) } // rows are what the statement selects
    },
    streamQuery() {
      throw new Error('results are not streamed')
    },
  }
  let tail: Promise<void> = Promise.resolve()
  let release: () => void = nothing
  const execute = async (sql: string): Promise<void> => void (await thread.run(name, CompiledQuery.raw(sql)))
  return {
    init: async () => undefined,
    async acquireConnection() {
      if (name === 'read') return connection
      const before = tail
      const next = Promise.withResolvers<void>()
      tail = next.promise
      await before
      release = next.resolve
      return connection
    },
    releaseConnection: async () => release(),
    beginTransaction: () => execute('begin immediate'),
    commitTransaction: () => execute('commit'),
    rollbackTransaction: () => execute('rollback'),
    destroy: async () => undefined,
  }
}
