import { setTimeout as sleep } from 'node:timers/promises'
import { encodeEvent, topics as topicsOf, type ImEvent } from '@imchannel/events'
import { createKafkaClient, createProducer, deleteTopics, ensureTopics, readTopics } from '@imchannel/kafka'
import { createRedis } from '@imchannel/redis'
import { createWindowFollower } from '../../services/dispatcher/src/windows/window-follower.ts'

/**
 * How long it takes to read windows anew after Redis was emptied, beside a bare consumer of the same records, and what a customer
 * takes in Redis. Redis must be of no other use: the keys are counted.
 *
 *   KAFKA_BROKERS=127.0.0.1:9092 REDIS_URL=redis://127.0.0.1:6379 node bench/windows/read-on.ts [records]
 */
const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(',')
const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const records = Number(process.argv[2] ?? 1_000_000)
const PARTITIONS = 12
const AT_ONCE = 5_000
const prefix = `bench-windows-${process.pid}`
const topics = topicsOf(prefix)
const names = [topics.inbound, topics.status]
const business = '447860099299'
const tenant = prefix

const client = createKafkaClient({ brokers }, { clientId: 'bench' })
const redis = createRedis({ url }, { name: 'bench', onError: (error) => console.error(error.message) })
const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1)

/** As ingress writes it, with what Infobip sent. */
function message(n: number): ImEvent {
  const receivedAt = new Date(Date.now() - 60_000).toISOString()
  const from = `35191${String(n).padStart(7, '0')}`
  const contact = { name: 'Rui Exemplo', userId: `PT.${String(9_000_000_000 + n)}` }
  const content = { type: 'text' as const, text: 'Bom dia, a minha encomenda ja foi enviada? Obrigado.' }
  const original = JSON.stringify({
    from,
    to: business,
    receivedAt,
    messageId: `wamid.${n}`,
    message: content,
    contact,
  })
  return {
    type: 'imchannel.message.received.v1',
    id: `id-${n}`,
    tenant,
    key: `${tenant}:${business}:${from}`,
    time: receivedAt,
    data: { tenant, channel: 'WHATSAPP', messageId: `wamid.${n}`, from, to: business, receivedAt, contact, content },
    verbatim: { original },
  }
}

async function write(): Promise<void> {
  await ensureTopics(
    client,
    names.map((name) => ({ name, partitions: PARTITIONS, replication: 1 })),
  )
  const producer = createProducer(client)
  await producer.connect()
  for (let at = 0; at < records; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, records - at) }, (_, n) => encodeEvent(message(at + n), topics))
    await producer.publish(some)
  }
  await producer.close({ deadlineMs: 10_000 })
}

async function readBare(): Promise<number> {
  const since = performance.now()
  await readTopics(client, names, async (reader) => {
    const bounds = await reader.bounds()
    let places = bounds.map(({ topic, partition, low }) => ({ topic, partition, offset: low }))
    const read = { count: 0 }
    while (read.count < records) places = await reader.fetch(places, { take: () => void read.count++ })
  })
  return performance.now() - since
}

async function readWindows(): Promise<number> {
  const since = performance.now()
  const completed = Promise.withResolvers<void>()
  const follower = createWindowFollower({
    client,
    redis,
    prefix,
    topics,
    instruments: {
      begun: (_why, left) => console.log(`${left} records to read`),
      progressed: () => undefined,
      completed: () => completed.resolve(),
      ended: () => undefined,
      wentBack: (reason) => console.log(reason),
      turnedOff: (text) => console.log(text),
      failed: (error) => console.error(error),
    },
  })
  follower.start()
  await completed.promise
  const took = performance.now() - since
  await follower.stop()
  return took
}

async function usedMemory(): Promise<number> {
  const info = await redis.info('memory')
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0)
}

const began = performance.now()
await write()
console.log(`${records} messages written in ${seconds(began)} s`)
const bareMs = await readBare()
const before = await usedMemory()
const ms = await readWindows()
await sleep(2_000)
const bytes = ((await usedMemory()) - before) / records
console.log(
  `bare consumer ${(bareMs / 1_000).toFixed(1)} s, windows ${(ms / 1_000).toFixed(1)} s: ${(ms / bareMs).toFixed(2)} times`,
)
console.log(`${Math.round(bytes)} bytes of Redis a customer with two names`)
await deleteTopics(client, names)
redis.disconnect()
