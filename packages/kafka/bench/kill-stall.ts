import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaClient, createProducer, ensureTopics } from '../src/index.ts'

/**
 * Measures for how long partitions are not worked on after kill -9 of a member, with a newcomer started at once as an
 * orchestrator does, and without one.
 *
 *   KAFKA_BROKERS=127.0.0.1:9092 node packages/kafka/bench/kill-stall.ts
 */
const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(',')
const PARTITIONS = 6
const KILLS = 3
const client = createKafkaClient({ brokers }, { clientId: 'bench' })

interface Member {
  child: ChildProcess
  partitions: Set<number>
}

/** Longest time between two records by partition, in ms, since it was last asked. */
const longest = new Map<number, number>()
const lastAt = new Map<number, number>()

function note(partition: number, at: number): void {
  const gap = at - (lastAt.get(partition) ?? at)
  lastAt.set(partition, at)
  longest.set(partition, Math.max(longest.get(partition) ?? 0, gap))
}

function startMember(topic: string, groupId: string, sessionMs: number): Member {
  const file = new URL('member.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file, brokers.join(','), topic, groupId, String(sessionMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const member: Member = { child, partitions: new Set() }
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

async function measure(sessionMs: number, withNewcomer: boolean): Promise<void> {
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
  let members = [startMember(topic, topic, sessionMs), startMember(topic, topic, sessionMs)]
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
    members = withNewcomer ? [...others, startMember(topic, topic, sessionMs)] : others
    await until(
      () =>
        isSpread() &&
        Array.from({ length: PARTITIONS }, (_, at) => at).every((at) => (lastAt.get(at) ?? 0) > killedAt + 1_000),
    )
    await sleep(1_000)
    const worst = (of: (partition: number) => boolean) =>
      (Math.max(...[...longest].filter(([partition]) => of(partition)).map(([, gap]) => gap)) / 1000).toFixed(1)
    process.stdout.write(
      `session ${sessionMs / 1000} s, ${withNewcomer ? 'newcomer at once' : 'no newcomer'}, kill ${kill}: ` +
        `partitions of the killed ${worst((one) => lost.has(one))} s, of the survivor ${worst((one) => !lost.has(one))} s\n`,
    )
    if (!withNewcomer) members = [...members, startMember(topic, topic, sessionMs)]
  }
  stopped.abort()
  await load
  for (const { child } of members) child.kill()
  await producer.close()
}

for (const sessionMs of [10_000, 6_000])
  for (const withNewcomer of [true, false]) await measure(sessionMs, withNewcomer)
process.exit()
