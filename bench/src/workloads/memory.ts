import autocannon from 'autocannon'
import { freePorts } from '@imchannel/local-stack'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { RunningContender } from '../contenders/contender.ts'
import { startGoProvider } from '../contenders/go.ts'
import { imchannel, oursName } from '../contenders/imchannel.ts'
import { drive } from '../drive.ts'
import { forceCollection } from '../force-collection.ts'
import { upload } from '../media.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { webhookBodies } from '../webhook-bodies.ts'
import { commandsOf } from './dispatcher-throughput.ts'
import type { RunOptions } from './workload.ts'

export const services = ['ingress', 'dispatcher', 'media-server'] as const

interface Loaded extends AsyncDisposable {
  readonly running: RunningContender
  /** As fast as the service takes it, for so long; then nothing is left to do. */
  load(seconds: number): Promise<void>
}

/** Resident memory of each service after a forced collection, early and late under full load: what grows is a leak. */
export async function measureMemory(
  stage: Stage,
  topics: TopicCounter,
  {
    name,
    only,
    minutes: [early, late],
    say,
  }: RunOptions & { name: string; only: string; minutes: readonly [number, number] },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (const service of services.filter((one) => `${name}, ${one}`.toLowerCase().includes(only.toLowerCase()))) {
    const [inspector = 0] = await freePorts(1)
    await using loaded = await begin(stage, topics, service, inspector)
    for (const [when, minutes] of [
      ['early', early],
      ['late', late - early],
    ] as const) {
      await loaded.load(minutes * 60)
      await forceCollection(inspector)
      const value = loaded.running.memoryMb()
      say(`${service}, ${when}: ${value.toFixed(0)} MB`)
      samples.push({ contender: name, figure: `${service}, ${when}`, round: 1, value })
    }
  }
  return samples
}

async function begin(
  stage: Stage,
  topics: TopicCounter,
  service: (typeof services)[number],
  inspector: number,
): Promise<Loaded> {
  const ours = imchannel(oursName, { NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}` })
  const prefix = uniqueName('bench')
  await topics.create(prefix)
  switch (service) {
    case 'ingress': {
      const running = await started(ours.startIngress?.(stage, prefix))
      const bodies = webhookBodies(1, prefix)
      const load = async (seconds: number): Promise<void> => {
        await drive({ urls: running.urls, bodies, seconds, connections: 128 })
      }
      return { running, load, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
    }
    case 'dispatcher': {
      const provider = await startGoProvider(stage, { latencyMs: 20 })
      const running = await started(ours.startDispatcher?.(stage, prefix, new URL(provider.url).origin))
      return {
        running,
        load: (seconds) => keepWaiting(topics, prefix, seconds),
        async [Symbol.asyncDispose]() {
          await running[Symbol.asyncDispose]()
          await provider[Symbol.asyncDispose]()
        },
      }
    }
    case 'media-server': {
      const running = await started(ours.startMediaServer?.(stage, prefix))
      const url = await upload(running, 200_000)
      const load = async (seconds: number): Promise<void> => {
        await autocannon({ url, connections: 32, duration: seconds })
      }
      return { running, load, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
    }
  }
}

/** Commands that wait at any time, and how many come at once when fewer do. */
const leastWaiting = 5_000
const portion = 10_000

async function keepWaiting(topics: TopicCounter, prefix: string, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1_000
  const waiting = async (): Promise<number> =>
    (await topics.count(`${prefix}.outbound`)) - (await topics.count(`${prefix}.status`))
  while (performance.now() < until) {
    await topics.produce(`${prefix}.outbound`, commandsOf(uniqueName('bench'), portion))
    await waitUntil(async () => performance.now() > until || (await waiting()) < leastWaiting, {
      timeoutMs: 600_000,
      what: 'fewer commands wait',
    })
  }
  // What it would work on meanwhile would be resident beside what it keeps.
  await waitUntil(async () => (await waiting()) === 0, { timeoutMs: 600_000, what: 'no command waits' })
}

async function started(running: Promise<RunningContender> | undefined): Promise<RunningContender> {
  if (running === undefined) throw new Error('IMChannel has every service')
  return running
}
