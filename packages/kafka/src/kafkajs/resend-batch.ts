import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker, Message } from 'kafkajs'
import type { KafkaClient } from './client.ts'
import { withCluster } from './with-cluster.ts'

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** What kafkajs's broker can do beyond its declarations. */
interface ProducingBroker extends Broker {
  initProducerId(request: { transactionalId: null; transactionTimeout: number }): Promise<Identity>
}

const NO_TRANSACTION_MS = 1_000
const ALL_REPLICAS = -1
const LOADING_MS = 20_000
const AGAIN_MS = 200

/**
 * Writes one batch twice to partition 0 of a topic, under one producer id and sequence number, as a producer does whose first answer was
 * lost. A Kafka that keeps the promise of idempotence stores it once; how often it did is for the caller to read.
 *
 * @throws where Kafka gives no producer id, or refuses the first of the two.
 */
export async function resendBatch(client: KafkaClient, topic: string, messages: readonly Message[]): Promise<void> {
  await withCluster(client, async (cluster) => {
    await cluster.addTargetTopic(topic)
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [0]))
    if (nodeId === undefined) throw new Error(`no leader of ${topic}-0 is known`)
    const broker = (await cluster.findBroker({ nodeId })) as ProducingBroker // see there
    const identity = await untilLoaded(() =>
      broker.initProducerId({ transactionalId: null, transactionTimeout: NO_TRANSACTION_MS }),
    )
    const write = (): Promise<unknown> =>
      broker.produce({
        ...identity,
        acks: ALL_REPLICAS,
        topicData: [{ topic, partitions: [{ partition: 0, firstSequence: 0, messages: [...messages] }] }],
      })
    await write()
    await write().catch((error: unknown) => {
      // A broker may also say that it has it already.
      if (!(error instanceof Error && 'type' in error && error.type === 'DUPLICATE_SEQUENCE_NUMBER')) throw error
    })
  })
}

/** Where nobody has written idempotently before, who gives the ids has yet to be found and to load. */
async function untilLoaded<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOADING_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const passes = error instanceof Error && 'retriable' in error && error.retriable === true
      if (!passes || Date.now() > deadline) throw error
      await sleep(AGAIN_MS)
    }
  }
}
