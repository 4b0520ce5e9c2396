import { rm } from 'node:fs/promises'
import { encodeEvent } from '@imchannel/events'
import { createKafkaClient, createProducer, deleteTopics, ensureTopics, type Producer } from '@imchannel/kafka'
import { testStack, waitUntil } from '@imchannel/testkit'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { receivedFrom } from './seed.ts'
import { type ConsoleProcess, stageConsole } from './start-console.ts'

const CUSTOMERS = 40

function customers(): string[] {
  return Array.from({ length: CUSTOMERS }, (_, index) => `3519${String(10_000_000 + index)}`)
}

async function stageKafka(prefix: string) {
  const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: prefix })
  const topic = `${prefix}.inbound`
  await ensureTopics(kafka, [{ name: topic, partitions: 3, replication: 1 }])
  const producer = createProducer(kafka)
  onTestFinished(async () => {
    await producer.close()
    await deleteTopics(kafka, [topic])
  })
  return { producer, topic }
}

/** One message of each customer; `from` numbers them. */
async function write(producer: Producer, topic: string, from: number): Promise<void> {
  const records = customers().map((customer) => ({ ...encodeEvent(receivedFrom(customer, from)), topic }))
  const results = await producer.publish(records)
  expect(results.filter(({ kind }) => kind !== 'stored')).toEqual([])
}

/** What the store has, read beside its process. */
function stored(folder: string): { records: number; counted: number; conversations: number } {
  const database = new DatabaseSync(join(folder, 'console.sqlite'), { readOnly: true })
  try {
    const one = (sql: string): number => Number(database.prepare(sql).get()?.['n'] ?? 0)
    return {
      records: one("select count(*) as n from records where kind = 'received'"),
      counted: one("select coalesce(sum(count), 0) as n from minutes where kind = 'received'"),
      conversations: one('select count(*) as n from conversations'),
    }
  } finally {
    database.close()
  }
}

async function recordsOf(console: ConsoleProcess): Promise<number> {
  const { body } = await console.post('/v1/search', { query: '' })
  const { conversations } = body as { conversations: { records: number }[] } // as the API describes it
  return conversations.reduce((sum, { records }) => sum + records, 0)
}

/** Four starts of a process, each of which joins a group; it only ends what would never end. */
const PATIENCE_MS = 400_000

test('kill -9 in the midst of reading loses nothing and counts nothing twice', { timeout: PATIENCE_MS }, async () => {
  await using stage = await stageConsole()
  const { producer, topic } = await stageKafka(stage.prefix)
  const rounds = 8
  let writing = Promise.resolve()
  for (let round = 0; round < 2; round++) {
    const console = await stage.start()
    const before = await recordsOf(console)
    for (let each = 0; each < rounds / 2; each++) {
      const number = round * 4 + each
      writing = writing.then(() => write(producer, topic, number))
    }
    // In the middle: some have come, more are on their way.
    await waitUntil(async () => (await recordsOf(console)) > before, { what: 'something was read' })
    await console.kill()
    await writing
  }
  const console = await stage.start()
  const all = rounds * CUSTOMERS
  await waitUntil(async () => (await recordsOf(console)) >= all, { what: 'everything was read' })
  expect(stored(stage.storeFolder)).toEqual({ records: all, counted: all, conversations: CUSTOMERS })
  await console.stop()

  // The store may be deleted at any time: it is read anew, whatever its group had read.
  await rm(stage.storeFolder, { recursive: true })
  const anew = await stage.start()
  await waitUntil(async () => (await recordsOf(anew)) >= all, { what: 'everything was read anew' })
  expect(stored(stage.storeFolder)).toEqual({ records: all, counted: all, conversations: CUSTOMERS })
})
