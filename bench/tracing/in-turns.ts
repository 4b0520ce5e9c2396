import { uniqueName, waitUntil } from '@imchannel/testkit'
import type { Contender, RunningContender } from '../src/contenders/contender.ts'
import { senders } from '../src/conversations.ts'
import { drive, warmUp } from '../src/drive.ts'
import type { Sample } from '../src/ratios.ts'
import type { Stage } from '../src/stage.ts'
import type { TopicCounter } from '../src/topics.ts'
import { webhookBodies } from '../src/webhook-bodies.ts'

export interface TurnsOptions {
  readonly contenders: readonly Contender[]
  /** How often each has its turn. */
  readonly rounds: number
  readonly say: (line: string) => void
}

/** What one contender does in its turn: how many, in how long. */
type Turn = () => Promise<{ count: number; seconds: number }>

/**
 * Contenders that all run from the start and work in short turns, one after the other: what else the machine does then
 * meets each of them alike, where whole runs that follow each other would differ by it.
 */
async function takeTurns(
  runs: readonly { name: string; running: RunningContender; turn: Turn }[],
  { rounds, say }: TurnsOptions,
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= rounds; round++) {
    // Nobody always follows the same one.
    for (const { name, running, turn } of round % 2 === 0 ? runs.toReversed() : runs) {
      const before = running.cpuMicros()
      const { count, seconds } = await turn()
      const cpuMicros = (running.cpuMicros() - before) / count
      say(`round ${round}  ${name}: ${(count / seconds).toFixed(0)} a second, ${cpuMicros.toFixed(0)} µs of CPU each`)
      samples.push({ contender: name, round, value: count / seconds, cpuMicros })
    }
  }
  return samples
}

/** Webhooks of so many results as fast as they go, three seconds a turn. */
export async function ingressInTurns(
  stage: Stage,
  topics: TopicCounter,
  options: TurnsOptions & { results: number },
): Promise<Sample[]> {
  await using stack = new AsyncDisposableStack()
  const runs = []
  for (const contender of options.contenders) {
    const { name } = contender
    const prefix = uniqueName('bench')
    await topics.create(prefix)
    const started = await contender.startIngress?.(stage, prefix)
    if (started === undefined) continue
    const running = stack.use(started)
    const load = {
      url: running.url,
      bodies: webhookBodies(options.results, prefix),
      seconds: 3,
      connections: options.results === 1 ? 128 : 16,
    }
    await warmUp(load)
    const turn: Turn = async () => {
      const { answered, refused, perSecond } = await drive(load)
      if (refused > 0) throw new Error(`${name} refused ${refused} of ${answered}`)
      const count = answered * options.results
      return { count, seconds: count / (perSecond * options.results) }
    }
    runs.push({ name, running, turn })
  }
  return takeTurns(runs, options)
}

/** So many commands written at once, until each has its outcome. */
export async function dispatcherInTurns(
  stage: Stage,
  topics: TopicCounter,
  options: TurnsOptions & { provider: string; commands: number },
): Promise<Sample[]> {
  await using stack = new AsyncDisposableStack()
  const runs = []
  for (const contender of options.contenders) {
    const { name } = contender
    const prefix = uniqueName('bench')
    await topics.create(prefix)
    const started = await contender.startDispatcher?.(stage, prefix, options.provider)
    if (started === undefined) continue
    const running = stack.use(started)
    let written = 0
    const turn: Turn = async () => {
      const startedAt = performance.now()
      await topics.produce(`${prefix}.outbound`, commands(prefix, written, options.commands))
      written += options.commands
      await waitUntil(async () => (await topics.count(`${prefix}.status`)) >= written, {
        timeoutMs: 120_000,
        what: `${written} outcomes of ${name}`,
      })
      return { count: options.commands, seconds: (performance.now() - startedAt) / 1_000 }
    }
    await turn()
    await turn()
    runs.push({ name, running, turn })
  }
  return takeTurns(runs, options)
}

function commands(prefix: string, from: number, count: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, at) => {
    const sender = senders[at % senders.length] ?? ''
    const to = String(351_920_000_000 + at)
    const content = { type: 'text', text: 'Your parcel is on its way and will be with you tomorrow before noon.' }
    const value = { id: `${prefix}-${from + at}`, tenant: 'acme', from: sender, to, content }
    return { key: `acme:${sender}:${to}`, value: JSON.stringify(value) }
  })
}
