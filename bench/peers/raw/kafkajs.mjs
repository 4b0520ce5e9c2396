// The limit of ingress on kafkajs: the records that ingress stored, produced again by kafkajs alone, 500 at a time.
import { readFileSync } from 'node:fs'
import { Kafka, logLevel } from 'kafkajs'

const { brokers, topic, seconds, file } = JSON.parse(process.argv[2])
const messages = JSON.parse(readFileSync(file, 'utf8')).map(({ key, value, headers }) => ({
  key: Buffer.from(key, 'base64'),
  value: Buffer.from(value, 'base64'),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text, 'base64')])),
}))
const producer = new Kafka({ clientId: 'bench-raw', brokers, logLevel: logLevel.NOTHING }).producer({
  idempotent: true,
  maxInFlightRequests: 1,
})
await producer.connect()
const produce = async (milliseconds) => {
  const until = performance.now() + milliseconds
  let count = 0
  while (performance.now() < until) {
    await producer.send({ topic, messages, acks: -1 })
    count += messages.length
  }
  return count
}
await produce(3_000)
const [before, startedAt] = [process.cpuUsage(), performance.now()]
const count = await produce(seconds * 1_000)
const { user, system } = process.cpuUsage(before)
process.send({ perSecond: (count * 1_000) / (performance.now() - startedAt), cpuMicros: (user + system) / count })
await producer.disconnect()
process.disconnect()
