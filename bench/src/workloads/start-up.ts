import { setTimeout as sleep } from 'node:timers/promises'
import { uniqueName } from '@imchannel/testkit'
import type { Contender, RunningContender } from '../contenders/contender.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { services } from './memory.ts'
import type { RunOptions } from './workload.ts'

const idleMs = 10_000

type Start = (ours: Contender, stage: Stage, prefix: string) => Promise<RunningContender> | undefined

const start: Readonly<Record<(typeof services)[number], Start>> = {
  ingress: (ours, stage, prefix) => ours.startIngress?.(stage, prefix),
  dispatcher: (ours, stage, prefix) => ours.startDispatcher?.(stage, prefix, 'http://127.0.0.1:9'),
  'media-server': (ours, stage, prefix) => ours.startMediaServer?.(stage, prefix),
}

/** How long a service takes to be ready, and what it costs to do nothing: CPU in microseconds a second of idleness. */
export async function measureStartUp(
  stage: Stage,
  topics: TopicCounter,
  { ours, ...options }: RunOptions & { ours: Contender },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const service of services) {
      const prefix = uniqueName('bench')
      await topics.create(prefix)
      const startedAt = performance.now()
      await using running = await start[service](ours, stage, prefix)
      if (running === undefined) continue
      const value = (performance.now() - startedAt) / 1_000
      await sleep(2_000)
      const before = running.cpuMicros()
      await sleep(idleMs)
      const cpuMicros = (running.cpuMicros() - before) / (idleMs / 1_000)
      options.say(
        `round ${round}  ${service}: ready in ${value.toFixed(2)} s, idle ${cpuMicros.toFixed(0)} µs of CPU a second, ${running.memoryMb().toFixed(0)} MB`,
      )
      samples.push({ contender: ours.name, figure: service, round, value, cpuMicros })
    }
  }
  return samples
}
