import { PROGRAMS } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { runProcess } from '../contenders/run-process.ts'
import { createStopwatch, openLoop, type Stopwatch, warmUpSeconds } from '../open-loop.ts'
import { startPhone } from '../phone.ts'
import { createPoster } from '../poster.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { webhookBodies } from '../webhook-bodies.ts'
import type { RunOptions } from './workload.ts'

/** From when a customer's webhook was due to when the echo bot's answer is at Infobip: ingress, Kafka, bot, Kafka, dispatcher. */
export async function measureEndToEnd(
  stage: Stage,
  topics: TopicCounter,
  { ours, rate, ...options }: RunOptions & { ours: Contender; rate: number },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const prefix = uniqueName('bench')
    await topics.create(prefix)
    let watch: Stopwatch = createStopwatch()
    await using phone = await startPhone({ onText: (text) => watch.seen(/question \d+/.exec(text)?.[0] ?? '') })
    if (ours.startIngress === undefined || ours.startDispatcher === undefined) break
    await using ingress = await ours.startIngress(stage, prefix)
    await using others = new AsyncDisposableStack()
    others.use(await ours.startDispatcher(stage, prefix, phone.url))
    others.use(await startBot(stage, prefix))
    using poster = createPoster(ingress.url)
    const bodies = webhookBodies(1, prefix)
    let asked = 0
    const ask = (_index: number, dueAt: number): void => {
      const question = `question ${String(++asked)}`
      watch.due(question, dueAt)
      poster.post(
        Buffer.from(
          bodies
            .next()
            .toString('latin1')
            .replace(/I would like[^"]*/, question),
          'latin1',
        ),
      )
    }
    for (const seconds of [warmUpSeconds, options.seconds]) {
      watch = createStopwatch()
      const count = await openLoop({ rate, seconds }, ask)
      await waitUntil(() => watch.count() === count, { what: `${count} answers on the phone`, timeoutMs: 60_000 })
    }
    const [p50, p99] = [watch.quantile(0.5), watch.quantile(0.99)]
    options.say(`round ${round}  ${ours.name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    samples.push({ contender: ours.name, figure: 'p50', round, value: p50 })
    samples.push({ contender: ours.name, figure: 'p99', round, value: p99 })
  }
  return samples
}

function startBot(stage: Stage, prefix: string) {
  return runProcess(stage, 'echo-bot', {
    command: process.execPath,
    args: () => [PROGRAMS['echo-bot']],
    env: () => ({ KAFKA_BROKERS: stage.brokers.join(','), BOT_TENANT: 'acme', TOPIC_PREFIX: prefix }),
    readyPath: '/',
    listens: false,
  })
}
