import { limitMemory, uniqueName } from '@imchannel/testkit'
import type { Contender, RunningContender } from '../contenders/contender.ts'
import { imchannel, oursName } from '../contenders/imchannel.ts'
import { flood, type Patience, quantile } from '../flood.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { webhookBodies, type WebhookBodies } from '../webhook-bodies.ts'
import type { RunOptions } from './workload.ts'

const RESULTS = 500
/** What all others are compared with: as many as keep ingress busy, and none is refused. */
const BASE = 8
const LEVELS = [BASE, 64, 256, 1_000]
const MEMORY_BYTES = 512 * 1024 * 1024
const WARM_SECONDS = 10

export function goodputOf(connections: number, patience: Patience): string {
  return `${connections} connections, ${patience}`
}

export const refusalP99 = 'refused p99, 256 connections, patient'
export const acceptedP99 = 'accepted p99, 256 connections, patient'
export const missedDeadlines = 'admitted webhooks that miss their deadline'
export const aliveAt1000 = 'answered at 1,000 connections in 512 MiB'

/**
 * Large webhooks from more and more clients, who wait as they are told or come again at once; then all of them at an ingress that
 * has the chart's memory. Figures are results a second but where their names say otherwise.
 */
export async function measureOverload(stage: Stage, topics: TopicCounter, options: RunOptions): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const add = (figure: string, value: number): unknown => samples.push({ contender: oursName, figure, round, value })
    let missed = 0
    for (const patience of ['patient', 'impatient'] as const) {
      missed += await withIngress(stage, topics, imchannel(), async (running, bodies) => {
        await flood({ url: running.url, bodies, connections: BASE, seconds: WARM_SECONDS, patience })
        for (const connections of LEVELS) {
          const flooded = await flood({ url: running.url, bodies, connections, seconds: options.seconds, patience })
          const { acceptedMs, refusedMs, broken, seconds } = flooded
          const value = (acceptedMs.length * RESULTS) / seconds
          add(goodputOf(connections, patience), value)
          if (connections === 256 && patience === 'patient') {
            add(refusalP99, quantile(refusedMs, 0.99))
            add(acceptedP99, quantile(acceptedMs, 0.99))
          }
          options.say(
            `round ${round}  ${goodputOf(connections, patience)}: ${value.toFixed(0)} results/s; 200 ${shown(acceptedMs)}; 503 ${shown(refusedMs)}; broken ${broken}; ${running.memoryMb().toFixed(0)} MB`,
          )
        }
      })
    }
    add(missedDeadlines, missed)
    await using memory = await limitMemory(MEMORY_BYTES)
    await withIngress(stage, topics, imchannel('IMChannel in 512 MiB', {}, memory), async (running, bodies) => {
      const all = { url: running.url, bodies, connections: 1_000, seconds: options.seconds }
      const { acceptedMs, refusedMs, broken } = await flood({ ...all, patience: 'impatient' })
      const alive = await fetch(new URL('/livez', running.url))
      add(aliveAt1000, alive.ok ? acceptedMs.length : 0)
      options.say(
        `round ${round}  1,000 connections in 512 MiB (${memory.kind}): 200 ${shown(acceptedMs)}; 503 ${shown(refusedMs)}; broken ${broken}; ${running.memoryMb().toFixed(0)} MB`,
      )
    })
  }
  return samples
}

/** @returns how many webhooks were let in and not stored in time */
async function withIngress(
  stage: Stage,
  topics: TopicCounter,
  contender: Contender,
  use: (running: RunningContender, bodies: WebhookBodies) => Promise<void>,
): Promise<number> {
  if (contender.startIngress === undefined) throw new Error(`${contender.name} has no ingress`)
  const prefix = uniqueName('bench')
  await topics.create(prefix)
  await using running = await contender.startIngress(stage, prefix)
  await use(running, webhookBodies(RESULTS, prefix))
  const metrics = await (await fetch(new URL('/metrics', running.url))).text()
  const stored = countOf(metrics, 'stored') * RESULTS
  const kept = await topics.count(`${prefix}.inbound`)
  if (kept < stored) throw new Error(`${contender.name} answered ${stored} results and stored ${kept}`)
  return countOf(metrics, 'not_stored')
}

function countOf(metrics: string, outcome: string): number {
  return Number(
    new RegExp(`^imchannel_webhooks_total\\{[^}]*outcome="${outcome}"[^}]*\\} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0,
  )
}

function shown(sorted: readonly number[]): string {
  const ms = (share: number): string => quantile(sorted, share).toFixed(0)
  return `${sorted.length} (p50 ${ms(0.5)}, p99 ${ms(0.99)}, most ${ms(1)} ms)`
}
