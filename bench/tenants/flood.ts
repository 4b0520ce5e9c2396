// Writes commands of one tenant to one partition at a rate, in a process of its own so that it delays nobody's stopwatch.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createKafkaClient } from '@imchannel/kafka'

const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '' },
    topic: { type: 'string', default: '' },
    tenant: { type: 'string', default: '' },
    from: { type: 'string', default: '' },
    rate: { type: 'string', default: '1600' },
    seconds: { type: 'string', default: '20' },
  },
})

const EVERY_MS = 50
const rate = Number(values.rate)
const total = rate * Number(values.seconds)

function commandOf(number: number): { partition: number; key: string; value: string } {
  const to = String(351_930_000_000 + (number % 5_000))
  const content = { type: 'text', text: `flood ${number}` }
  const value = JSON.stringify({ id: `flood-${number}`, tenant: values.tenant, from: values.from, to, content })
  return { partition: 0, key: `${values.tenant}:${values.from}:${to}`, value }
}

const { kafkajs: kafka } = createKafkaClient({ brokers: values.brokers.split(',') }, { clientId: 'flood' })
const producer = kafka.producer()
await producer.connect()
const startedAt = performance.now()
const sends: Promise<unknown>[] = []
for (let written = 0; written < total; await sleep(EVERY_MS)) {
  const first = written
  written = Math.min(Math.floor(((performance.now() - startedAt) * rate) / 1_000), total)
  const messages = Array.from({ length: written - first }, (_, index) => commandOf(first + index))
  if (messages.length > 0) sends.push(producer.send({ topic: values.topic, messages, acks: -1 }))
}
await Promise.all(sends)
await producer.disconnect()
