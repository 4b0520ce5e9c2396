import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { type ProviderOptions, startGoProvider } from '../contenders/go.ts'
import { conversation } from '../conversations.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import type { RunOptions } from './workload.ts'

export interface DispatcherLoad extends ProviderOptions {
  readonly contenders: readonly Contender[]
  readonly commands: number
  /** Default: as many as there are. */
  readonly conversations?: number
  /** The part of the commands before which nothing is measured. Default: a tenth. */
  readonly warmUp?: number
  /** Who is slower than this is measured on what it did by then, the first half of it being warm-up at most. */
  readonly cutAfterMs?: number
}

/** A peer of the naive kind sends a hundred messages a second at 100 ms: its rate shows long before it is done. */
const cutByDefaultMs = 15_000
const patience = { timeoutMs: 600_000 }

/** Commands that wait in Kafka when the contender starts; the value is accepted events a second from the first tenth to the last. */
export async function measureDispatcher(
  stage: Stage,
  topics: TopicCounter,
  options: RunOptions & DispatcherLoad,
): Promise<Sample[]> {
  const samples: Sample[] = []
  await using provider = await startGoProvider(stage, options)
  const origin = new URL(provider.url).origin
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of options.contenders) {
      const measured = await measureOne(stage, topics, { ...options, contender, origin })
      if (measured === undefined) continue
      const { value, cpuMicros, memoryMb } = measured
      options.say(
        `round ${round}  ${contender.name}: ${value.toFixed(0)} sends/s, ${cpuMicros.toFixed(0)} µs of CPU each, ${memoryMb.toFixed(0)} MB`,
      )
      samples.push({ contender: contender.name, round, value, cpuMicros })
    }
  }
  return samples
}

async function measureOne(
  stage: Stage,
  topics: TopicCounter,
  { contender, origin, ...load }: DispatcherLoad & { contender: Contender; origin: string },
): Promise<{ value: number; cpuMicros: number; memoryMb: number } | undefined> {
  if (contender.startDispatcher === undefined) return undefined
  const prefix = uniqueName('bench')
  const status = `${prefix}.status`
  await topics.create(prefix)
  await topics.produce(`${prefix}.outbound`, commandsOf(prefix, load.commands, load.conversations))
  const before = await countAccepted(origin)
  await using running = await contender.startDispatcher(stage, prefix, origin)
  await waitUntil(async () => (await topics.count(status)) > 0, { ...patience, what: 'the first send' })
  const cutAfterMs = load.cutAfterMs ?? cutByDefaultMs
  const cutAt = performance.now() + cutAfterMs
  let stored = 0
  const reached = (part: number, by: number) => async (): Promise<boolean> =>
    (stored = await topics.count(status)) >= load.commands * part || performance.now() > by
  await waitUntil(reached(load.warmUp ?? 0.1, cutAt - cutAfterMs / 2), { ...patience, what: 'the first of them' })
  const [startedAt, cpuBefore, first] = [performance.now(), running.cpuMicros(), stored]
  await waitUntil(reached(1, cutAt), { ...patience, what: 'all of them' })
  const sent = stored - first
  const value = (sent * 1_000) / (performance.now() - startedAt)
  const cpuMicros = (running.cpuMicros() - cpuBefore) / sent
  const accepted = (await countAccepted(origin)) - before
  // One that was cut has requests open; an event without a request is a lie, a command with two is doubled.
  const isWhole =
    stored === load.commands ? accepted === load.commands : accepted >= stored && accepted <= load.commands
  if (!isWhole)
    throw new Error(`${contender.name}: ${accepted} requests and ${stored} events for ${load.commands} commands`)
  return { value, cpuMicros, memoryMb: running.memoryMb() }
}

async function countAccepted(origin: string): Promise<number> {
  return Number(await (await fetch(`${origin}/count`)).text())
}

export function commandsOf(run: string, count: number, conversations = Infinity): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const { sender: from, customer: to } = conversation(index % conversations)
    const content = { type: 'text', text: 'Your parcel is on its way and will be with you tomorrow before noon.' }
    return {
      key: `acme:${from}:${to}`,
      value: JSON.stringify({ id: `${run}-${index}`, tenant: 'acme', from, to, content }),
    }
  })
}
