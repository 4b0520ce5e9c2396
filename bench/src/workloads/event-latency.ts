import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { createStopwatch, openLoop, type Stopwatch, warmUpSeconds } from '../open-loop.ts'
import { createPoster } from '../poster.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { webhookBodies } from '../webhook-bodies.ts'
import type { RunOptions } from './workload.ts'

export const produceToConsume = 'kafkajs, produce to consume'

/**
 * From when a webhook was due to when a consumer has its event, and from when a record was due to when the same consumer has
 * it. No load generator sees the other end of Kafka, so the loop is our own; it counts from the schedule.
 */
export async function measureEventLatency(
  stage: Stage,
  topics: TopicCounter,
  { ours, rate, ...options }: RunOptions & { ours: Contender; rate: number },
): Promise<Sample[]> {
  const samples: Sample[] = []
  const { kafka } = topics
  for (let round = 1; round <= options.rounds; round++) {
    const prefix = uniqueName('bench')
    const topic = `${prefix}.inbound`
    await topics.create(prefix)
    if (ours.startIngress === undefined) break
    await using ingress = await ours.startIngress(stage, prefix)
    let watch: Stopwatch = createStopwatch()
    const consumer = kafka.consumer({ groupId: prefix, maxWaitTimeInMs: 100 })
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    using poster = createPoster(ingress.url)
    await Promise.all([consumer.connect(), producer.connect()])
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => watch.seen(String(message.headers?.['ce_subject'])),
    })
    const bodies = webhookBodies(1, prefix)
    const post = (_index: number, dueAt: number): void => {
      const body = bodies.next()
      const [id = ''] = /wamid[^"]*/.exec(body.toString()) ?? []
      watch.due(id, dueAt)
      poster.post(body)
    }
    const produce = (index: number, dueAt: number): void => {
      const body = bodies.next()
      watch.due(`bare-${index}`, dueAt)
      const message = { key: `acme:1:${index}`, value: body, headers: { ce_subject: `bare-${index}` } }
      producer.send({ topic, messages: [message], acks: -1 }).catch(() => undefined)
    }
    for (const [name, work] of [
      [ours.name, post],
      [produceToConsume, produce],
    ] as const) {
      watch = createStopwatch()
      await openLoop({ rate, seconds: warmUpSeconds }, work)
      await waitUntil(() => watch.count() >= 3 * rate, { what: 'the warm-up is visible', timeoutMs: 60_000 })
      watch = createStopwatch()
      const count = await openLoop({ rate, seconds: options.seconds }, work)
      await waitUntil(() => watch.count() === count, { what: 'every event is visible', timeoutMs: 60_000 })
      const [p50, p99] = [watch.quantile(0.5), watch.quantile(0.99)]
      options.say(`round ${round}  ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
      samples.push(
        { contender: name, figure: 'p50', round, value: p50 },
        { contender: name, figure: 'p99', round, value: p99 },
      )
    }
    await Promise.all([consumer.disconnect(), producer.disconnect()])
  }
  return samples
}
