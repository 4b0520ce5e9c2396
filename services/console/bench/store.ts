import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Secret } from '@imchannel/config'
import { openDatabase, type StoreSetting } from '../src/adapters/store/open-database.ts'
import { searchConversations } from '../src/adapters/store/read-conversations.ts'
import { readTimeline } from '../src/adapters/store/read-timeline.ts'
import type { Database } from '../src/adapters/store/tables.ts'
import { writeRecords } from '../src/adapters/store/write-records.ts'
import type { ProjectedRecord } from '../src/domain/projected-record.ts'
import { projectRecord } from '../src/domain/project-record.ts'
import { createTopicLog, TENANT, tellStory } from '../test/seed.ts'

const HELP = `node services/console/bench/store.ts [--events 1000000] [--postgres URL]

Fills a store of the console, then opens and searches conversations while 1,000 records a second come in.
Without --postgres the embedded one, in a folder that is deleted afterwards. The database of --postgres should be empty.
`
const BATCH = 500
const LOOKS = 300
const EACH_SECOND = 1_000

const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, postgres: { type: 'string' }, help: { type: 'boolean' } },
})

/** Conversations of nine records, without an end. */
function* records(): Generator<ProjectedRecord, never, void> {
  const log = createTopicLog()
  for (let index = 0; ; index++) {
    const customer = customerOf(index)
    const told = {
      customer,
      userId: `PT.${customer}`,
      name: 'Teresa',
      said: 'Oh well, a line as people write',
      answer: 'Hello',
    }
    for (const { record, role } of tellStory(told, log)) yield projectRecord(record, role)
  }
}

function customerOf(index: number): string {
  return `351${String(900_000_000 + index)}`
}

function take(source: Generator<ProjectedRecord, never, void>, count: number): ProjectedRecord[] {
  return Array.from({ length: count }, () => source.next().value)
}

function p95(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  return `${(sorted[Math.floor(sorted.length * 0.95)] ?? 0).toFixed(1)} ms`
}

async function look(database: Database, filled: number): Promise<{ search: number; open: number }> {
  const query = customerOf(Math.floor(Math.random() * Math.floor(filled / 9)))
  const startedAt = performance.now()
  const [found] = await searchConversations(database.read, { tenants: [TENANT], query, limit: 50 })
  const foundAt = performance.now()
  if (found === undefined) throw new Error(`${query} is not found`)
  await readTimeline(database.read, found.conversation.id, { limit: 50 })
  return { search: foundAt - startedAt, open: performance.now() - foundAt }
}

async function measure(setting: StoreSetting, events: number): Promise<Record<string, string>> {
  const database = await openDatabase(setting, (line) => process.stderr.write(`${line}\n`))
  const source = records()
  const startedAt = performance.now()
  for (let done = 0; done < events; done += BATCH) await writeRecords(database.write, take(source, BATCH))
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
    looks.push(await look(database, events))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  clearInterval(timer)
  await incoming
  const size = await database.size()
  await database.close()
  return {
    store: database.kind,
    events: events.toLocaleString('en'),
    'records a second': Math.round(events / seconds).toLocaleString('en'),
    'search p95': p95(looks.map(({ search }) => search)),
    'opening p95': p95(looks.map(({ open }) => open)),
    'resident memory': `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    size: `${Math.round(size / 1e6)} MB`,
  }
}

if (values.help === true) process.stdout.write(HELP)
else {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-console-bench-'))
  const setting = values.postgres === undefined ? { folder } : { url: new Secret(values.postgres) }
  const row = await measure(setting, Number(values.events))
  process.stdout.write(
    `| ${Object.keys(row).join(' | ')} |\n|${' --- |'.repeat(Object.keys(row).length)}\n| ${Object.values(row).join(' | ')} |\n`,
  )
  await rm(folder, { recursive: true })
}
