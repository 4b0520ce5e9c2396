import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { openDatabase } from '../src/adapters/store/open-database.ts'
import { searchConversations } from '../src/adapters/store/read-conversations.ts'
import { readTimeline } from '../src/adapters/store/read-timeline.ts'
import type { Database } from '../src/adapters/store/tables.ts'
import { writeRecords } from '../src/adapters/store/write-records.ts'
import { TENANT } from '../test/seed.ts'
import { BATCH, conversationsOf, createRecords, customerOf, take, toldOf } from './records.ts'
import { settingOf } from './setting.ts'

const HELP = `npm run bench -- console [--events 1000000] [--kills 20] [--postgres URL]

Fills a store of the console, kills what fills it so many times in mid-write, then opens and searches conversations while 1,000
records a second come in. Without --postgres the embedded one, in a folder that is deleted afterwards. The database of --postgres
must be empty. 50,000 events take a minute, a million an hour on a slow disk.
`
const LOOKS = 300
const EACH_SECOND = 1_000
/** Between two kills it writes for so long, at random. */
const LIFE_MS = [200, 1_500] as const

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '50000' },
    kills: { type: 'string', default: '20' },
    postgres: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function p95(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  return `${(sorted[Math.floor(sorted.length * 0.95)] ?? 0).toFixed(1)} ms`
}

/** Fills it by a process that is killed in mid-write. @throws where what is left is not whole */
async function kill(store: string, events: number, kills: number): Promise<void> {
  const program = fileURLToPath(new URL('./fill.ts', import.meta.url))
  for (let done = 0; done < kills; done++) {
    const child = spawn(process.execPath, [program, store, String(events)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), gone])
    const [least, most] = LIFE_MS
    await new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)))
    child.kill('SIGKILL')
    const [code, signal] = await gone
    if (signal !== 'SIGKILL') throw new Error(`what fills it ended by itself: ${code}`)
    await check(store, done + 1)
  }
}

/** What is there is there once, counted once, and as far as the positions say. */
async function check(store: string, kills: number): Promise<number> {
  const database = await openDatabase(settingOf(store), (line) => process.stderr.write(`${line}\n`))
  try {
    const { rows } = await sql<Record<'records' | 'positions' | 'counted', number | string>>`select
      (select count(*) from records) as records,
      (select coalesce(sum(next_offset), 0) from positions) as positions,
      (select coalesce(sum(count), 0) from minutes) as counted`.execute(database.read)
    const [records, positions, counted] = [rows[0]?.records, rows[0]?.positions, rows[0]?.counted].map(Number)
    if (records !== positions || records !== counted)
      throw new Error(`after ${kills} kills: ${records} records, ${positions} by the positions, ${counted} counted`)
    return records ?? 0
  } finally {
    await database.close()
  }
}

async function look(database: Database, told: number): Promise<{ search: number; open: number }> {
  const query = customerOf(Math.floor(Math.random() * told))
  const startedAt = performance.now()
  const [found] = await searchConversations(database.read, { tenants: [TENANT], query, limit: 50 })
  const foundAt = performance.now()
  if (found === undefined) throw new Error(`${query} is not found`)
  await readTimeline(database.read, found.conversation.id, { limit: 50 })
  return { search: foundAt - startedAt, open: performance.now() - foundAt }
}

async function measure(store: string, events: number, kills: number): Promise<Record<string, string>> {
  await kill(store, events, kills)
  const written = await check(store, kills)
  const database = await openDatabase(settingOf(store), (line) => process.stderr.write(`${line}\n`))
  const source = createRecords(events)
  take(source, written)
  const startedAt = performance.now()
  const left = Math.max(0, events - written)
  for (let done = 0; done < left; done += BATCH) await writeRecords(database.write, take(source, BATCH))
  const seconds = (performance.now() - startedAt) / 1000
  let incoming: Promise<unknown> = Promise.resolve()
  const timer = setInterval(
    () => {
      const batch = take(source, BATCH)
      incoming = incoming.then(() => writeRecords(database.write, batch))
    },
    (BATCH / EACH_SECOND) * 1000,
  )
  const looks: { search: number; open: number }[] = []
  for (let index = 0; index < LOOKS; index++) {
    looks.push(await look(database, toldOf(events, events)))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  clearInterval(timer)
  await incoming
  const size = await database.size()
  await database.close()
  return {
    store: database.kind,
    events: events.toLocaleString('en'),
    conversations: conversationsOf(events).toLocaleString('en'),
    'kill -9, all whole': String(kills),
    'records a second': left === 0 ? '-' : Math.round(left / seconds).toLocaleString('en'),
    'search p95': p95(looks.map(({ search }) => search)),
    'opening p95': p95(looks.map(({ open }) => open)),
    'resident memory': `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    size: `${Math.round(size / 1e6)} MB`,
  }
}

if (values.help) process.stdout.write(HELP)
else {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-console-bench-'))
  try {
    const row = await measure(values.postgres ?? folder, Number(values.events), Number(values.kills))
    process.stdout.write(
      `| ${Object.keys(row).join(' | ')} |\n|${' --- |'.repeat(Object.keys(row).length)}\n| ${Object.values(row).join(' | ')} |\n`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
