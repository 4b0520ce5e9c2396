// What idempotent producers confirm and Kafka does not have, and what it has twice, where the broker is killed under load.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createKafkaClient, ensureTopics, readRange } from '@imchannel/kafka'
import { type LocalServer, startKafka } from '@imchannel/local-stack'
import { ours, plainKafkajs, platformatic, type Writer } from './writers.ts'

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '5' },
    /** Sends that overlap; with 1 each waits for the one before it. */
    flights: { type: 'string', default: '8' },
  },
})
const PARTITIONS = 3
const RECORDS_A_SEND = 20
const UP_MS = 6_000
const AFTER_FAILURE_MS = 50
/** Longer than any of them goes on trying. */
const SETTLE_MS = 60_000

interface Load {
  readonly writer: Writer
  readonly topic: string
  readonly confirmed: string[]
  failed: number
  ended: Promise<unknown>
}

const folder = await mkdtemp(join(tmpdir(), 'imchannel-lost-records-'))
const kafkaOptions = { dataDir: join(folder, 'kafka') }
const first = await startKafka(kafkaOptions)
let kafka: LocalServer = first
try {
  const { brokers } = first
  const topics = ['ours', 'kafkajs', 'platformatic']
  const client = createKafkaClient({ brokers }, { clientId: 'lost-records', log: () => undefined })
  await ensureTopics(
    client,
    topics.map((name) => ({ name, partitions: PARTITIONS, replication: 1 })),
  )
  const target = (topic: string): { brokers: string[]; topic: string } => ({ brokers: [...brokers], topic })
  const writers = [
    await ours(target('ours')),
    await plainKafkajs(target('kafkajs')),
    await platformatic(target('platformatic'), join(folder, 'npm')),
  ]
  const over = new AbortController()
  const loads = writers.map((writer, at) => startLoad(writer, topics[at] ?? '', over.signal))

  for (let kill = 0; kill < Number(options.kills); kill++) {
    await sleep(UP_MS)
    await kafka.kill()
    kafka = await startKafka({ ...kafkaOptions, port: first.port })
  }
  await sleep(UP_MS)
  over.abort()
  await Promise.race([Promise.all(loads.map(({ ended }) => ended)), sleep(SETTLE_MS, undefined, { ref: false })])

  process.stdout.write(
    `${options.kills} kills, ${options.flights} sends at once, ${RECORDS_A_SEND} records each\n` +
      '| producer | confirmed | lost of them | twice in Kafka | sends that failed |\n| --- | --- | --- | --- | --- |\n',
  )
  for (const load of loads) {
    const counts = new Map<string, number>()
    for await (const { value } of readRange(client, { topic: load.topic }))
      counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
    const lost = load.confirmed.filter((value) => !counts.has(value)).length
    const twice = [...counts.values()].filter((count) => count > 1).length
    process.stdout.write(`| ${load.writer.name} | ${load.confirmed.length} | ${lost} | ${twice} | ${load.failed} |\n`)
  }
  await Promise.race([Promise.allSettled(writers.map((writer) => writer.close())), sleep(5_000)])
} finally {
  await kafka.kill()
  await rm(folder, { recursive: true, force: true })
}
// One of them may go on trying for good.
process.exit()

/** Nothing is sent again by the load: a value that is there twice, its producer has written twice. */
function startLoad(writer: Writer, topic: string, signal: AbortSignal): Load {
  const load: Load = { writer, topic, confirmed: [], failed: 0, ended: Promise.resolve() }
  const flights = Array.from({ length: Number(options.flights) }, async (_, flight) => {
    for (let at = 0; !signal.aborted; at++) {
      const values = Array.from({ length: RECORDS_A_SEND }, (_, index) => `${flight}-${at}-${index}`)
      try {
        await writer.send(values)
        load.confirmed.push(...values)
      } catch {
        load.failed++
        await sleep(AFTER_FAILURE_MS)
      }
    }
  })
  load.ended = Promise.all(flights)
  return load
}
