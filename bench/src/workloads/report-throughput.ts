import { createLedger, newOwner } from '@imchannel/ledger'
import { createRedis } from '@imchannel/redis'
import type { Contender } from '../contenders/contender.ts'
import { conversation, conversationCount } from '../conversations.ts'
import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { TopicCounter } from '../topics.ts'
import { reportBodies, reportedMessageId } from '../webhook-bodies.ts'
import { measureIngress } from './ingress-throughput.ts'
import type { RunOptions } from './workload.ts'

const day = 24 * 60 * 60 * 1_000

/**
 * Delivery reports, each about a send that the ledger has, beside messages, for which there is nothing to look up. The peers know no
 * reports.
 */
export async function measureReports(
  stage: Stage,
  topics: TopicCounter,
  { ours, ...options }: RunOptions & { ours: Contender },
): Promise<Sample[]> {
  await writeSends(stage.redisUrl)
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const once = { ...options, rounds: 1, results: 1, contenders: [ours] }
    const reports = await measureIngress(stage, topics, {
      ...once,
      load: { bodies: () => reportBodies(1, round), topic: 'status' },
    })
    const messages = await measureIngress(stage, topics, once)
    samples.push(...reports.map((one) => ({ ...one, round })))
    samples.push(...messages.map((one) => ({ ...one, round, contender: `${ours.name}, messages` })))
  }
  return samples
}

/** The sends that reports are about, accepted by Infobip, as the dispatcher writes them. */
async function writeSends(redisUrl: string): Promise<void> {
  const redis = createRedis({ url: redisUrl }, { name: 'bench', onError: () => undefined })
  const ledger = createLedger(redis, { memoryMs: day })
  const owner = newOwner()
  await Promise.all(
    Array.from({ length: conversationCount }, async (_, index) => {
      const { sender: from, customer: to } = conversation(index)
      const identity = { commandId: `report-${to}`, from, to, print: 'bench' }
      const send = { tenant: 'acme', messageId: reportedMessageId(to), identity }
      await ledger.claim(send, owner)
      await ledger.settle(send, owner, { state: 'accepted', outcome: '' })
    }),
  )
  await redis.quit()
}
