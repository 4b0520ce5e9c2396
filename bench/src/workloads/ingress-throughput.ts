import { uniqueName } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { go } from '../contenders/go.ts'
import { naive } from '../contenders/naive.ts'
import { spring } from '../contenders/spring.ts'
import { drive, warmUp } from '../drive.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { webhookBodies, type WebhookBodies } from '../webhook-bodies.ts'
import type { RunOptions } from './workload.ts'

const peers = new Set([naive.name, spring.name, go(false).name, go(true).name])

/** What is posted, and where its events go. */
export interface IngressLoad {
  bodies(prefix: string): WebhookBodies
  readonly topic: 'inbound' | 'status'
}

/** Webhooks as fast as they go, auth on; the value is results a second. A run that loses is no run. */
export async function measureIngress(
  stage: Stage,
  topics: TopicCounter,
  {
    contenders,
    results,
    load = { bodies: (prefix) => webhookBodies(results, prefix), topic: 'inbound' },
    onStored,
    ...options
  }: RunOptions & {
    contenders: readonly Contender[]
    results: number
    load?: IngressLoad
    /** Told the topic once everything is counted. */
    onStored?: (topic: string) => Promise<void>
  },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of contenders) {
      if (contender.startIngress === undefined) continue
      const prefix = uniqueName('bench')
      await topics.create(prefix)
      // Claims of millions of webhooks make Redis slower for whoever is measured next.
      await stage.emptyRedis()
      await using running = await contender.startIngress(stage, prefix)
      const bodies = load.bodies(prefix)
      const topic = `${prefix}.${load.topic}`
      const connections = results === 1 ? 128 : 16
      const warm = await warmUp({ urls: running.urls, bodies, seconds: 3, connections })
      const [cpuBefore, besideBefore] = [running.cpuMicros(), stage.cpuMicros()]
      const driven = await drive({ urls: running.urls, bodies, seconds: options.seconds, connections })
      const cpuMicros = (running.cpuMicros() - cpuBefore) / (driven.answered * results)
      const stored = await topics.count(topic)
      const answered = (warm + driven.answered) * results
      // Requests cut off at the end of a drive may be stored without an answer; an answer without a record is a loss.
      if (stored < answered) throw new Error(`${contender.name} answered ${answered} results and stored ${stored}`)
      if (driven.refused > 0) {
        const refused = `${contender.name} refused ${driven.refused} of ${driven.answered}`
        if (!peers.has(contender.name)) throw new Error(refused)
        // What a peer cannot serve is no figure of its, and costs the others none.
        options.say(`round ${round}  no figure: ${refused}`)
        continue
      }
      const value = driven.perSecond * results
      options.say(
        `round ${round}  ${contender.name}: ${value.toFixed(0)} results/s, ${cpuMicros.toFixed(1)} µs of CPU each, ${running.memoryMb().toFixed(0)} MB; ${besideText(besideBefore, stage.cpuMicros(), driven.answered * results)}`,
      )
      await onStored?.(topic)
      samples.push({ contender: contender.name, round, value, cpuMicros })
    }
  }
  return samples
}

type Beside = ReturnType<Stage['cpuMicros']>

/** What the rest of the machine spent on each result: whoever takes most of it decides the throughput. */
function besideText(before: Beside, after: Beside, results: number): string {
  const each = (name: keyof Beside): string => `${name} ${((after[name] - before[name]) / results).toFixed(1)}`
  return `${each('generator')}, ${each('kafka')}, ${each('redis')} µs`
}
