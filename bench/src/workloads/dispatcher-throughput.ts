import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender } from '../contenders/contender.ts'
import { startGoProvider } from '../contenders/go.ts'
import { senders } from '../contenders/imchannel.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import type { RunOptions } from './ingress-throughput.ts'

/** Commands that wait in Kafka when the contender starts; the value is accepted events a second from the first to the last. */
export async function measureDispatcher(
  stage: Stage,
  topics: TopicCounter,
  options: RunOptions & {
    contenders: readonly Contender[]
    latencyMs: number
    commands: number
    conversations?: number
  },
): Promise<Sample[]> {
  const samples: Sample[] = []
  await using provider = await startGoProvider(stage, options.latencyMs)
  const origin = new URL(provider.url).origin
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of options.contenders) {
      if (contender.startDispatcher === undefined) continue
      const prefix = uniqueName('bench')
      await topics.create(prefix)
      await topics.produce(`${prefix}.outbound`, commands(prefix, options.commands, options.conversations ?? 5_000))
      const before = await countRequests(origin)
      await using running = await contender.startDispatcher(stage, prefix, origin)
      const status = `${prefix}.status`
      const reached = (part: number) => async (): Promise<boolean> =>
        (await topics.count(status)) >= options.commands * part
      const patience = { timeoutMs: 600_000 }
      await waitUntil(reached(0.1), { ...patience, what: 'the first tenth' })
      const [startedAt, cpuBefore, first] = [performance.now(), running.cpuMicros(), await topics.count(status)]
      await waitUntil(reached(1), { ...patience, what: 'all of them' })
      const value = ((options.commands - first) * 1_000) / (performance.now() - startedAt)
      const cpuMicros = (running.cpuMicros() - cpuBefore) / (options.commands - first)
      const requests = (await countRequests(origin)) - before
      if (requests !== options.commands)
        throw new Error(`${contender.name}: ${requests} requests for ${options.commands} commands`)
      options.say(
        `round ${round}  ${contender.name}: ${value.toFixed(0)} sends/s, ${cpuMicros.toFixed(0)} µs of CPU each, ${running.memoryMb().toFixed(0)} MB`,
      )
      samples.push({ contender: contender.name, round, value, cpuMicros })
    }
  }
  return samples
}

async function countRequests(origin: string): Promise<number> {
  return Number(await (await fetch(`${origin}/count`)).text())
}

function commands(run: string, count: number, conversations: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const conversation = index % conversations
    const from = senders[conversation % senders.length] ?? ''
    const to = String(351_920_000_000 + conversation)
    const content = { type: 'text', text: 'Your parcel is on its way and will be with you tomorrow before noon.' }
    return {
      key: `acme:${from}:${to}`,
      value: JSON.stringify({ id: `${run}-${index}`, tenant: 'acme', from, to, content }),
    }
  })
}
