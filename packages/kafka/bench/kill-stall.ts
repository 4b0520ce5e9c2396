import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaClient, createProducer, ensureTopics } from '../src/index.ts'

/**
 * Measures for how long partitions are not worked on after kill -9 of a member: where it is started again at once, as an
 * orchestrator does, with a name and without, and where it is not. Fails where a name does not cut the others' pause to a quarter.
 *
 *   KAFKA_BROKERS=127.0.0.1:9092 node packages/kafka/bench/kill-stall.ts
 */
const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(',')
const PARTITIONS = 6
const KILLS = 5
const WORTH = 1 / 4
const client = createKafkaClient({ brokers }, { clientId: 'bench' })

interface Member {
  child: ChildProcess
  partitions: Set<number>
  name: string | undefined
}

interface Scenario {
  sessionMs: number
  /** `named`: under its name of before. */
  restart: 'named' | 'unnamed' | 'none'
}

/** Longest time between two records by partition, in ms, since it was last asked. */
const longest = new Map<number, number>()
const lastAt = new Map<number, number>()

function note(partition: number, at: number): void {
  const gap = at - (lastAt.get(partition) ?? at)
  lastAt.set(partition, at)
  longest.set(partition, Math.max(longest.get(partition) ?? 0, gap))
}

function startMember(topic: string, sessionMs: number, name: string | undefined): Member {
  const file = new URL('member.ts', import.meta.url).pathname
  const child = spawn(
    process.execPath,
    [file, brokers.join(','), topic, topic, String(sessionMs), ...(name === undefined ? [] : [name])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const member: Member = { child, partitions: new Set(), name }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [first = '', second = ''] = line.split(' ')
    if (first === 'assigned') member.partitions = new Set(second === '' ? [] : second.split(',').map(Number))
    else note(Number(first), Number(second))
  })
  return member
}

async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await sleep(50)
}

/** @returns the median of the longest pauses of partitions that were not the killed one's, in ms. */
async function measure({ sessionMs, restart }: Scenario): Promise<number> {
  const topic = `bench-${randomUUID()}`
  await ensureTopics(client, [{ name: topic, partitions: PARTITIONS, replication: 1 }])
  const producer = createProducer(client)
  await producer.connect()
  const stopped = new AbortController()
  const load = (async () => {
    while (!stopped.signal.aborted) {
      await producer.publish(
        Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition, key: `k${partition}`, value: 'x' })),
      )
      await sleep(20)
    }
  })()
  const names = restart === 'named' ? ['a', 'b'] : [undefined, undefined]
  let members = names.map((name) => startMember(topic, sessionMs, name))
  const pauses: { killed: number; others: number }[] = []
  const isSpread = () => members.reduce((sum, { partitions }) => sum + partitions.size, 0) === PARTITIONS
  for (let kill = 1; kill <= KILLS; kill++) {
    const expected = members.length
    await until(() => isSpread() && members.every(({ partitions }) => partitions.size === PARTITIONS / expected))
    await sleep(1_000)
    longest.clear()
    const [victim, ...others] = members
    if (victim === undefined) throw new Error('no member to kill')
    const killedAt = Date.now()
    const lost = new Set(victim.partitions)
    victim.child.kill('SIGKILL')
    const again = () => [...others, startMember(topic, sessionMs, victim.name)]
    members = restart === 'none' ? others : again()
    await until(
      () =>
        isSpread() &&
        Array.from({ length: PARTITIONS }, (_, at) => at).every((at) => (lastAt.get(at) ?? 0) > killedAt + 1_000),
    )
    await sleep(1_000)
    const worst = (of: (partition: number) => boolean) =>
      Math.max(...[...longest].filter(([partition]) => of(partition)).map(([, gap]) => gap))
    pauses.push({ killed: worst((one) => lost.has(one)), others: worst((one) => !lost.has(one)) })
    if (restart === 'none') members = again()
  }
  stopped.abort()
  await load
  for (const { child } of members) child.kill()
  await producer.close()
  const killed = pauses.map((one) => one.killed)
  const other = pauses.map((one) => one.others)
  process.stdout.write(
    `session ${sessionMs / 1000} s, restart ${restart}: partitions of the killed ${inSeconds(killed)}, of the other ${inSeconds(other)}\n`,
  )
  return medianOf(other)
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

function inSeconds(values: readonly number[]): string {
  return `${values.map(seconds).join(' ')} s (median ${seconds(medianOf(values))})`
}

for (const sessionMs of [10_000, 6_000]) {
  const unnamed = await measure({ sessionMs, restart: 'unnamed' })
  const named = await measure({ sessionMs, restart: 'named' })
  await measure({ sessionMs, restart: 'none' })
  if (named > unnamed * WORTH) {
    process.stderr.write(
      `with names the pause of the others is ${named} ms, without ${unnamed} ms: more than a quarter\n`,
    )
    process.exitCode = 1
  }
}
process.exit()
