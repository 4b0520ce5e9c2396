import got from 'got'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { conversation } from '../conversations.ts'
import { createStopwatch, openLoop, type Stopwatch, warmUpSeconds } from '../open-loop.ts'
import { startPhone } from '../phone.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import type { RunOptions } from './workload.ts'

export const consumerAndGot = 'kafkajs consumer and got'

export function inBackoff(name: string): string {
  return `${name}, one conversation in backoff`
}

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
  await using phone = await startPhone({ onText: (text) => watch.seen(text), unlucky })
  const { kafka } = topics
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()

  /** Every hundredth command is of the unlucky conversation where there is one. */
  async function measure(prefix: string, name: string, withUnlucky: boolean, round: number): Promise<Sample[]> {
    let sent = 0
    const work = (index: number, dueAt: number): void => {
      const id = `${prefix}-${sent++}`
      const isUnlucky = withUnlucky && index % 100 === 50
      const { sender: from, customer } = conversation(isUnlucky ? 0 : index)
      const to = isUnlucky ? unlucky : customer
      if (!isUnlucky) watch.due(id, dueAt)
      const value = JSON.stringify({ id, tenant: 'acme', from, to, content: { type: 'text', text: id } })
      const message = { key: `acme:${from}:${to}`, value }
      producer.send({ topic: `${prefix}.outbound`, messages: [message], acks: -1 }).catch(() => undefined)
    }
    for (const seconds of [warmUpSeconds, options.seconds]) {
      watch = createStopwatch()
      const count = await openLoop({ rate, seconds }, work)
      const counted = withUnlucky ? count - Math.floor((count + 49) / 100) : count
      const patience = { what: `${counted} requests of ${name}`, timeoutMs: 120_000 }
      await waitUntil(() => watch.count() >= counted, patience)
    }
    const [p50, p99] = [watch.quantile(0.5), watch.quantile(0.99)]
    options.say(`round ${round}  ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    return [
      { contender: name, figure: 'p50', round, value: p50 },
      { contender: name, figure: 'p99', round, value: p99 },
    ]
  }

  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const withUnlucky of [false, true]) {
      const prefix = uniqueName('bench')
      await topics.create(prefix)
      if (ours.startDispatcher === undefined) continue
      await using running = await ours.startDispatcher(stage, prefix, phone.url)
      const name = withUnlucky ? inBackoff(ours.name) : ours.name
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
        got.post(`${phone.url}/omni/1/advanced`, { json: { messageId: id, text: id } }).catch(() => undefined)
      },
    })
    samples.push(...(await measure(prefix, consumerAndGot, false, round)))
    await consumer.disconnect()
  }
  await producer.disconnect()
  return samples
}
