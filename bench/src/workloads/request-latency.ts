import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import got from 'got'
import { Kafka, logLevel } from 'kafkajs'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { senders } from '../contenders/imchannel.ts'
import { createStopwatch, openLoop, type Stopwatch } from '../open-loop.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import type { RunOptions } from './ingress-throughput.ts'

/** The customer whose messages Infobip answers with 500 where one conversation is to be in backoff. */
const unlucky = '351999999999'

/**
 * From when a command was due to when its request is at Infobip: against a consumer that calls got for each record, and
 * against itself with one conversation in backoff, whose own requests are not counted.
 */
export async function measureRequestLatency(
  stage: Stage,
  topics: TopicCounter,
  { ours, rate, ...options }: RunOptions & { ours: Contender; rate: number },
): Promise<Sample[]> {
  let watch: Stopwatch = createStopwatch()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      watch.seen(/"text":"([^"]*)"/.exec(text)?.[1] ?? '')
      const failed = text.includes(unlucky)
      const messageId = /"messageId":"([^"]*)"/.exec(text)?.[1]
      const status = { groupId: 1, groupName: 'PENDING', id: 7, name: 'PENDING_ENROUTE' }
      response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' })
      response.end(failed ? '{}' : JSON.stringify({ messages: [{ to: {}, status, messageId }] }))
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has no pipe name
  const provider = `http://127.0.0.1:${port}`
  const kafka = new Kafka({ clientId: 'bench', brokers: [...stage.brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()

  /** Every hundredth command is of the unlucky conversation where there is one. */
  async function measure(prefix: string, name: string, withUnlucky: boolean, round: number): Promise<Sample[]> {
    let sent = 0
    const work = (index: number, dueAt: number): void => {
      const id = `${prefix}-${sent++}`
      const isUnlucky = withUnlucky && index % 100 === 50
      const to = isUnlucky ? unlucky : String(351_920_000_000 + (index % 5_000))
      const from = isUnlucky ? senders[0] : senders[index % senders.length]
      if (!isUnlucky) watch.due(id, dueAt)
      const value = JSON.stringify({ id, tenant: 'acme', from, to, content: { type: 'text', text: id } })
      const message = { key: `acme:${from}:${to}`, value }
      producer.send({ topic: `${prefix}.outbound`, messages: [message], acks: -1 }).catch(() => undefined)
    }
    for (const seconds of [3, options.seconds]) {
      watch = createStopwatch()
      const count = await openLoop({ rate, seconds }, work)
      const counted = withUnlucky ? count - Math.floor((count + 49) / 100) : count
      const patience = { what: `${counted} requests of ${name}`, timeoutMs: 120_000 }
      await waitUntil(() => watch.count() >= counted, patience)
    }
    const [p50, p99] = [watch.quantile(0.5), watch.quantile(0.99)]
    options.say(`round ${round}  ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    return [
      { contender: `${name}, p50`, round, value: p50 },
      { contender: name, round, value: p99 },
    ]
  }

  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const withUnlucky of [false, true]) {
      const prefix = uniqueName('bench')
      await topics.create(prefix)
      if (ours.startDispatcher === undefined) continue
      await using running = await ours.startDispatcher(stage, prefix, provider)
      const name = withUnlucky ? `${ours.name}, one conversation in backoff` : ours.name
      samples.push(...(await measure(prefix, name, withUnlucky, round)))
      options.say(`round ${round}  ${name}: ${running.memoryMb().toFixed(0)} MB`)
    }
    const prefix = uniqueName('bench')
    await topics.create(prefix)
    const consumer = kafka.consumer({ groupId: prefix, maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic: `${prefix}.outbound`, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        const { id } = JSON.parse(String(message.value)) as { id: string }
        // Not waited for: the next record's request does not stand behind this one's answer.
        got.post(`${provider}/omni/1/advanced`, { json: { messageId: id, text: id } }).catch(() => undefined)
      },
    })
    samples.push(...(await measure(prefix, 'kafkajs consumer and got', false, round)))
    await consumer.disconnect()
  }
  await producer.disconnect()
  server.close()
  server.closeAllConnections()
  return samples
}
