import kafkajs, { type ConsumerConfig, type PartitionAssigner } from 'kafkajs'
import type { KafkaClient } from './client.ts'
import type { GroupTimes } from './group-session.ts'

/** A fetch waits so long for data; it is also how long a resumed partition goes unnoticed while all others are paused. */
const FETCH_WAIT_MS = 100
/** Of one partition in one fetch: what is fetched and not delivered yet lies decoded in memory, at several times its size. A larger record still comes, alone. */
const FETCH_PARTITION_BYTES = 64 * 1024
const FETCH_BYTES = 4 * 1024 * 1024

/** How a member of a group is made in kafkajs. */
export function consumerConfig(
  client: KafkaClient,
  groupId: string,
  times: GroupTimes,
  assigner: PartitionAssigner,
): ConsumerConfig {
  return {
    groupId,
    sessionTimeout: times.sessionMs,
    heartbeatInterval: times.heartbeatMs,
    rebalanceTimeout: times.rebalanceMs,
    // kafkajs rejoins when it sees that a topic has more partitions than were assigned; its own default is 5 minutes.
    metadataMaxAge: times.metadataMs,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    minBytes: 1,
    maxBytesPerPartition: FETCH_PARTITION_BYTES,
    maxBytes: FETCH_BYTES,
    allowAutoTopicCreation: false,
    partitionAssigners: [assigner, kafkajs.PartitionAssigners.roundRobin],
    // Its own restart keeps state of the connection that failed, and cannot be stopped; here a new consumer is made.
    retry: { ...client.retry, restartOnFailure: () => Promise.resolve(false) },
  }
}
