import type { Secret } from '@imchannel/config'
import { encodeEvent } from '@imchannel/events'
import { createKafkaClient, createProducer, deleteTopics, ensureTopics, readRange } from '@imchannel/kafka'
import { testStack, waitUntil } from '@imchannel/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/adapters/store/open-database.ts'
import { createTopicLog, receivedFrom, sendCommand } from './seed.ts'
import { type ConsoleProcess, stageConsole } from './start-console.ts'
import { startPostgres } from './store/start-postgres.ts'

const CUSTOMERS = Array.from({ length: 60 }, (_, index) => `3519${String(20_000_000 + index)}`)

const postgres = await startPostgres()

async function stageKafka(prefix: string) {
  const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: prefix })
  const [inbound, outbound, deadletter, audit] = ['inbound', 'outbound', 'outbound.deadletter', 'audit'].map(
    (name) => `${prefix}.${name}`,
  ) as [string, string, string, string] // as many as there are names
  await ensureTopics(
    kafka,
    [inbound, outbound, deadletter].map((name) => ({ name, partitions: 3, replication: 1 })),
  )
  const producer = createProducer(kafka)
  onTestFinished(async () => {
    await producer.close()
    await deleteTopics(kafka, [inbound, outbound, deadletter, audit])
  })
  return {
    /** One message of each customer. */
    async write(number: number): Promise<void> {
      const records = CUSTOMERS.map((customer) => ({
        ...encodeEvent(receivedFrom(customer, number)),
        topic: inbound,
      }))
      const results = await producer.publish(records)
      expect(results.filter(({ kind }) => kind !== 'stored')).toEqual([])
    },
    async letter(command: object): Promise<void> {
      const { record } = createTopicLog().letter(command, 0, { 'imchannel-source-topic': outbound })
      const headers = Object.fromEntries(
        Object.entries(record.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      )
      await producer.publish([{ topic: deadletter, key: record.key, value: record.value, headers }])
    },
    async commands(): Promise<string[]> {
      const values: string[] = []
      for await (const { value } of readRange(kafka, { topic: outbound })) values.push(String(value))
      return values
    },
  }
}

async function recordsOf(console: ConsoleProcess): Promise<number> {
  const seen = new Map<string, number>()
  let before: string | undefined
  do {
    const { body } = await console.post('/v1/search', { query: '', ...(before === undefined ? {} : { before }) })
    const page = body as { conversations: { id: string; records: number }[]; before?: string } // as the API describes it
    for (const { id, records } of page.conversations) seen.set(id, records)
    before = page.before
  } while (before !== undefined)
  return [...seen.values()].reduce((sum, records) => sum + records, 0)
}

/** What the store has, read beside its processes. */
async function stored(url: Secret): Promise<{ records: number; counted: number }> {
  const database = await openDatabase({ url }, () => undefined)
  try {
    const records = await database.read.selectFrom('records').select('id').where('kind', '=', 'received').execute()
    const minutes = await database.read.selectFrom('minutes').select('count').where('kind', '=', 'received').execute()
    return { records: records.length, counted: minutes.reduce((sum, { count }) => sum + count, 0) }
  } finally {
    await database.close()
  }
}

async function firstLetter(console: ConsoleProcess): Promise<{ id: string } | undefined> {
  return ((await console.get('/v1/deadletters')) as { letters: { id: string }[] }).letters[0] // as the API describes it
}

/** Processes that join a group one after the other; it only ends what would never end. */
const PATIENCE_MS = 400_000

describe('several instances on one PostgreSQL', () => {
  if (postgres.outcome === 'missing') {
    test.skip(`are not tried: ${postgres.reason}`, () => undefined)
    return
  }

  test('share the reading, tell the same, and one that dies loses nothing', { timeout: PATIENCE_MS }, async () => {
    onTestFinished(() => postgres.stop())
    await using stage = await stageConsole({ console: { store: postgres.url.reveal(), auth: { kind: 'none' } } })
    const kafka = await stageKafka(stage.prefix)
    await kafka.write(0)
    const [one, two] = await Promise.all([stage.start(), stage.start()])
    await kafka.write(1)
    await waitUntil(async () => (await recordsOf(one)) >= CUSTOMERS.length, { what: 'something was read' })
    const writing = kafka.write(2)
    await one.kill()
    await writing
    await kafka.write(3)
    const all = 4 * CUSTOMERS.length
    await waitUntil(async () => (await recordsOf(two)) >= all, { timeoutMs: 180_000, what: 'everything was read' })
    const three = await stage.start()
    expect([await recordsOf(two), await recordsOf(three)]).toEqual([all, all])
    expect(await stored(postgres.url)).toEqual({ records: all, counted: all })

    await kafka.letter(sendCommand('c-1', '351927482662', 'Hello'))
    const letter = await waitUntil(async () => firstLetter(three), { what: 'the letter is shown' })
    const path = `/v1/deadletters/${letter.id}/replay`
    const answers = await Promise.all([two.post(path, {}), three.post(path, {}), two.post(path, {})])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await waitUntil(async () => (await kafka.commands()).length > 0, { what: 'it was written back' })
    expect((await three.post(path, {})).body).toEqual({ state: 'replayed' })
    expect(await kafka.commands()).toHaveLength(1)
  })
})
