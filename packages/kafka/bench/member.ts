import { createKafkaClient, createOrderedConsumer } from '../src/index.ts'

/** A member of a group in a process of its own, which writes a line for every record that it handles. */
const [brokers = '', topic = '', groupId = '', sessionMs = '', instanceName] = process.argv.slice(2)
const client = createKafkaClient({ brokers: brokers.split(','), instanceName }, { clientId: 'bench' })
const consumer = createOrderedConsumer(client, {
  groupId,
  topics: [topic],
  sessionMs: Number(sessionMs),
  laneOf: (record) => record.key?.toString() ?? '',
  handle: async (record) => {
    process.stdout.write(`${record.partition} ${Date.now()}\n`)
    return { kind: 'done' }
  },
  onEvent: (event) => {
    if (event.kind === 'assigned')
      process.stdout.write(`assigned ${event.partitions.map((one) => one.partition).join(',')}\n`)
  },
})
consumer.start()
