import { uniqueName } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { drive, warmUp } from '../drive.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { webhookBodies } from '../webhook-bodies.ts'
import type { RunOptions } from './workload.ts'

/** Webhooks in an open loop; the values are those of the answers, in milliseconds. */
export async function measureIngressLatency(
  stage: Stage,
  topics: TopicCounter,
  { contenders, rate, ...options }: RunOptions & { contenders: readonly Contender[]; rate: number },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of contenders) {
      if (contender.startIngress === undefined) continue
      const prefix = uniqueName('bench')
      await topics.create(prefix)
      await using running = await contender.startIngress(stage, prefix)
      const bodies = webhookBodies(1, prefix)
      await warmUp({ urls: running.urls, bodies, seconds: 3, connections: 32 })
      const driven = await drive({ urls: running.urls, bodies, seconds: options.seconds, connections: 32, rate })
      if (driven.refused > 0) throw new Error(`${contender.name} refused ${driven.refused} of ${driven.answered}`)
      options.say(`round ${round}  ${contender.name}: p50 ${driven.p50Ms} ms, p99 ${driven.p99Ms} ms`)
      samples.push(
        { contender: contender.name, figure: 'p50', round, value: driven.p50Ms },
        { contender: contender.name, figure: 'p99', round, value: driven.p99Ms },
      )
    }
  }
  return samples
}
