import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { auditRecordedEvent, encodeEvent, topics as topicsOf } from '@imchannel/events'
import { peopleOf } from '@imchannel/facts'
import { createKafkaClient, createProducer, deleteTopics, ensureTopics } from '@imchannel/kafka'
import { testStack, waitUntil } from '@imchannel/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { receivedFrom } from './seed.ts'
import { type ConsoleProcess, stageConsole } from './start-console.ts'

const secret = 'forgets-in-the-tests-0123'
const tenant = 'acme'
const [gone, other] = ['351966666666', '351910000042']

/** Three starts of a process, each of which joins a group; it only ends what would never end. */
const PATIENCE_MS = 300_000

/** Of these names those that stand anywhere in the store, read beside its process. */
function traces(folder: string, names: readonly string[]): string[] {
  const database = new DatabaseSync(join(folder, 'console.sqlite'), { readOnly: true })
  try {
    const rows = ['conversations', 'messages', 'names', 'records'].flatMap((table) =>
      database
        .prepare(`select * from ${table}`)
        .all()
        .flatMap((row) => Object.values(row)),
    )
    const text = rows.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)))
    return names.filter((name) => text.some((one) => one.includes(name)))
  } finally {
    database.close()
  }
}

async function finds(console: ConsoleProcess, query: string): Promise<boolean> {
  const { body } = await console.post('/v1/search', { query })
  return (body as { conversations: unknown[] }).conversations.length > 0 // as the API describes it
}

test(
  'who is forgotten is gone from the store, and stays so where it is read anew',
  { timeout: PATIENCE_MS },
  async () => {
    const webhookAuth = { type: 'none' }
    await using stage = await stageConsole({
      tenants: { [tenant]: { webhookAuth, accounts: [], forgetSecret: secret } },
    })
    const topics = topicsOf(stage.prefix)
    const kafka = createKafkaClient({ brokers: testStack().brokers }, { clientId: stage.prefix })
    const names = [topics.inbound, topics.audit]
    await ensureTopics(
      kafka,
      names.map((name) => ({ name, partitions: 3, replication: 1 })),
    )
    const producer = createProducer(kafka)
    onTestFinished(async () => {
      await producer.close()
      await deleteTopics(kafka, names)
    })
    const write = async (...events: Parameters<typeof encodeEvent>[0][]): Promise<void> => {
      const results = await producer.publish(events.map((event) => encodeEvent(event, topics)))
      expect(results.filter(({ kind }) => kind !== 'stored')).toEqual([])
    }
    await write(receivedFrom(gone, 0), receivedFrom(other, 0))
    const first = await stage.start()
    await waitUntil(async () => (await finds(first, gone)) && finds(first, other), { what: 'both are found' })

    const people = peopleOf(secret, { tenant, names: [gone] })
    const data = { tenant, action: 'forget', by: 'ana', via: 'test', outcome: 'forgotten', people }
    await write(auditRecordedEvent(data, { at: new Date().toISOString(), actionId: randomUUID() }))
    await waitUntil(async () => !(await finds(first, gone)), { what: 'who was forgotten is gone' })
    expect(traces(stage.storeFolder, [gone, other])).toEqual([other])
    await first.stop()

    await rm(stage.storeFolder, { recursive: true })
    const anew = await stage.start()
    await waitUntil(async () => finds(anew, other), { what: 'the other is found again' })
    // Written last, and read by then: of one customer all is in one partition.
    await write(receivedFrom(gone, 1))
    await waitUntil(async () => finds(anew, gone), { what: 'what they write afterwards is theirs again' })
    const { body } = await anew.post('/v1/search', { query: gone })
    expect(body).toMatchObject({ conversations: [{ records: 1 }] })
  },
)
