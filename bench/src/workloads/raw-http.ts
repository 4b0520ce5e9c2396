import type { Contender } from '../contenders/contender.ts'
import { startGoProvider } from '../contenders/go.ts'
import { runRaw } from '../contenders/raw.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { measureDispatcher } from './dispatcher-throughput.ts'
import type { RunOptions } from './workload.ts'

/** The bare client warms up for three seconds before it is measured: some eight thousand sends of ours. */
const commands = 32_000
const warmUp = 0.25

export const bareClient = 'the same HTTP client alone'

/** The dispatcher at a provider that answers at once, against a bare loop of its own HTTP client. */
export async function measureAgainstHttp(
  stage: Stage,
  topics: TopicCounter,
  { ours, ...options }: RunOptions & { ours: Contender },
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const [mine] = await measureDispatcher(stage, topics, {
      ...options,
      rounds: 1,
      contenders: [ours],
      latencyMs: 0,
      commands,
      warmUp,
      cutAfterMs: 60_000,
    })
    if (mine !== undefined) samples.push({ ...mine, round })
    await using provider = await startGoProvider(stage, { latencyMs: 0 })
    const url = new URL(provider.url).origin
    const raw = await runRaw('http', { url, seconds: options.seconds, concurrency: 64 })
    const name = bareClient
    options.say(`round ${round}  ${name}: ${raw.perSecond.toFixed(0)} sends/s, ${raw.cpuMicros.toFixed(0)} µs each`)
    samples.push({ contender: name, round, value: raw.perSecond, cpuMicros: raw.cpuMicros })
  }
  return samples
}
