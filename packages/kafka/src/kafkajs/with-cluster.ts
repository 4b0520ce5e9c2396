import type { Cluster } from 'kafkajs'
import type { KafkaClient } from './client.ts'

/** Runs `work` with a connection of its own that takes single requests, for what kafkajs has no method of its own. */
export async function withCluster<T>(client: KafkaClient, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = clusterOf(client)
  try {
    await cluster.connect()
    return await work(cluster)
  } finally {
    await cluster.disconnect().catch(() => {})
  }
}

/** kafkajs hands its cluster to assigners alone, and does so as soon as there is a consumer. */
function clusterOf(client: KafkaClient): Cluster {
  let found: Cluster | undefined
  client.kafkajs.consumer({
    groupId: client.clientId,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  if (found === undefined) throw new Error('kafkajs made no cluster')
  return found
}
