// What it costs to wait for a replica: node packages/ledger/bench/replicas.ts
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@imchannel/local-stack'
import { Redis } from 'ioredis'
import { createLedger, newOwner } from '../src/index.ts'
import type { Send } from '../src/index.ts'

const ROUNDS = 5
const ROUND_MS = 4_000
/** One after the other shows what a command waits for, many at a time what a dispatcher gets done. */
const AT_A_TIME = [1, 200]

const folder = await mkdtemp(join(tmpdir(), 'imchannel-replicas-'))
const master = await startRedis({ dataDir: join(folder, 'master') })
const args = ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0']
const replica = await startRedis({ dataDir: join(folder, 'replica'), args })
const redis = new Redis(master.url)
while (!/slave0:.*state=online/.test(await redis.info('replication'))) await new Promise((done) => setTimeout(done, 50))

function newSend(): Send {
  const messageId = randomUUID()
  return { tenant: 'acme', messageId, identity: { commandId: messageId, from: '1', to: '2', print: 'p' } }
}

/** Claims and settles, so many at a time; commands a second, and how long one takes in the middle, ms. */
async function measure(waitReplicas: 0 | 'auto', atATime: number): Promise<{ perSecond: number; ms: number }> {
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas })
  const times: number[] = []
  const startedAt = performance.now()
  const work = Array.from({ length: atATime }, async () => {
    while (performance.now() - startedAt < ROUND_MS) {
      const [send, owner, begun] = [newSend(), newOwner(), performance.now()]
      await ledger.claim(send, owner)
      await ledger.settle(send, owner, { state: 'accepted', outcome: '{}' })
      await ledger.reported(send)
      times.push(performance.now() - begun)
    }
  })
  await Promise.all(work)
  return { perSecond: times.length / ((performance.now() - startedAt) / 1_000), ms: median(times) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

for (const atATime of AT_A_TIME) {
  // In turns, so that a busy machine is as busy for both.
  const rounds: { without: Awaited<ReturnType<typeof measure>>; waiting: Awaited<ReturnType<typeof measure>> }[] = []
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ without: await measure(0, atATime), waiting: await measure('auto', atATime) })
  const of = (who: 'without' | 'waiting', what: 'perSecond' | 'ms'): number =>
    median(rounds.map((round) => round[who][what]))
  const ratio = median(rounds.map(({ without, waiting }) => waiting.perSecond / without.perSecond))
  process.stdout.write(
    `${atATime} at a time: ${of('without', 'perSecond').toFixed(0)} a second, ${of('without', 'ms').toFixed(2)} ms each;` +
      ` waiting for a replica ${of('waiting', 'perSecond').toFixed(0)}, ${of('waiting', 'ms').toFixed(2)} ms (${ratio.toFixed(2)} of it)\n`,
  )
}
redis.disconnect()
await Promise.all([master.kill(), replica.kill()])
await rm(folder, { recursive: true, force: true })
