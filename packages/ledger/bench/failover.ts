// Counts what a failover takes from the ledger: node packages/ledger/bench/failover.ts
import { randomUUID } from 'node:crypto'
import { startRedisFailover } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { createLedger, newOwner } from '../src/index.ts'
import type { Ledger, Send } from '../src/index.ts'

const ROUNDS = 5
const BOTS = 50
const CLAIMS = 1_000
/** Of what the master writes, on its way to its replicas: another zone of a cloud, and another region. */
const LAGS_MS = [2, 30]

function newSend(): Send {
  const messageId = randomUUID()
  return { tenant: 'acme', messageId, identity: { commandId: messageId, from: '1', to: '2', print: 'p' } }
}

async function isKnown(ledger: Ledger, { tenant, messageId }: Send): Promise<boolean> {
  return (await ledger.find(tenant, messageId)).held.kind === 'entry'
}

/** Claims under load while the master is killed: how many gave a right to send that the next master knows nothing of. */
async function failOnce(waitReplicas: number, lagMs: number): Promise<{ given: number; lost: number; ms: number }> {
  await using failover = await startRedisFailover({ replicas: 2, lagMs })
  const { nodes, name } = failover.settings
  const redis = new Redis({ sentinels: nodes, name, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  const ledger = createLedger(redis, { memoryMs: 600_000, waitReplicas })
  const given: Send[] = []
  const over = new AbortController()
  const bots = Array.from({ length: BOTS }, async () => {
    while (!over.signal.aborted) {
      const send = newSend()
      const claim = await ledger.claim(send, newOwner()).catch(() => undefined)
      if (claim?.verdict === 'claimed') given.push(send)
    }
  })
  const reached = async (count: number): Promise<void> => {
    while (given.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await reached(CLAIMS)
  const diedAt = performance.now()
  await failover.failOver()
  await reached(given.length + 1)
  const ms = performance.now() - diedAt
  over.abort()
  await Promise.all(bots)
  const known = await Promise.all(given.map((send) => isKnown(ledger, send)))
  redis.disconnect()
  return { given: given.length, lost: known.filter((one) => !one).length, ms }
}

for (const lagMs of LAGS_MS) {
  for (const waitReplicas of [0, 1]) {
    const rounds: Awaited<ReturnType<typeof failOnce>>[] = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await failOnce(waitReplicas, lagMs))
    const sum = (of: 'given' | 'lost'): number => rounds.reduce((total, round) => total + round[of], 0)
    const slowest = Math.max(...rounds.map(({ ms }) => ms))
    process.stdout.write(
      `lag ${lagMs} ms, waitReplicas ${waitReplicas}: ${sum('lost')} of ${sum('given')} claims lost in ${ROUNDS} failovers` +
        ` (${rounds.map(({ lost }) => lost).join(', ')}), the longest took ${(slowest / 1_000).toFixed(1)} s\n`,
    )
  }
}
