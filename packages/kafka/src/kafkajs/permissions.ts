import type { Cluster } from 'kafkajs'
import { errorType, withAdmin } from './admin.ts'
import type { KafkaClient } from './client.ts'
import { withCluster } from './with-cluster.ts'

/** What a user may be allowed to do. */
export type Permission =
  { kind: 'read' | 'write' | 'create'; topic: string } | { kind: 'read-group'; group: string; topic: string }

/** No topic has so many partitions. Kafka asks who one is before it looks for the partition, so that nothing is read or written. */
const NO_PARTITION = 2 ** 30
const CREATE_TIMEOUT_MS = 15_000

/**
 * Whether this user may, asked by requests that change nothing; a topic need not be there.
 *
 * @throws where Kafka cannot be asked.
 */
export async function isPermitted(client: KafkaClient, permission: Permission): Promise<boolean> {
  try {
    if (permission.kind === 'create') await validateCreation(client, permission.topic)
    else await withCluster(client, (cluster) => ask(cluster, permission))
    return true
  } catch (error) {
    const type = errorType(rootOf(error)) ?? ''
    if (DENIED.has(type)) return false
    if (ALLOWED.has(type)) return true
    throw error
  }
}

const DENIED = new Set(['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'])
/** What is said to who may, of a partition that is not there, of a topic that is, and of a group that another broker has. */
const ALLOWED = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_ALREADY_EXISTS', 'NOT_COORDINATOR_FOR_GROUP'])

async function validateCreation(client: KafkaClient, topic: string): Promise<void> {
  await withAdmin(client, (admin) =>
    admin.createTopics({
      validateOnly: true,
      waitForLeaders: false,
      timeout: CREATE_TIMEOUT_MS,
      topics: [{ topic, numPartitions: 1, replicationFactor: 1 }],
    }),
  )
}

async function ask(cluster: Cluster, permission: Exclude<Permission, { kind: 'create' }>): Promise<void> {
  const { topic } = permission
  await cluster.refreshMetadata()
  const broker = await cluster.findControllerBroker()
  if (permission.kind === 'read-group') {
    const partitions = [{ partition: NO_PARTITION, offset: '0' }]
    // Any broker knows who may. A cluster that had no group yet has no coordinator, and takes its time to get one.
    await broker.offsetCommit({
      groupId: permission.group,
      // No member: it would commit by itself, if the partition were there.
      groupGenerationId: -1,
      memberId: '',
      topics: [{ topic, partitions }],
    })
  } else if (permission.kind === 'write') {
    const messages = [{ key: null, value: null }]
    await broker.produce({ acks: -1, topicData: [{ topic, partitions: [{ partition: NO_PARTITION, messages }] }] })
  } else {
    const partitions = [{ partition: NO_PARTITION, fetchOffset: '0', maxBytes: 1 }]
    await broker.fetch({ maxWaitTime: 0, topics: [{ topic, partitions }] })
  }
}

/** kafkajs gathers the errors of several topics. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error
}
