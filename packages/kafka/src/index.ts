export {
  clusterSize,
  describeTopics,
  listTopics,
  committedOffsets,
  groupOffsets,
  offsetsOfTopics,
  topicOffsets,
} from './kafkajs/admin.ts'
export type { GroupOffset, PartitionOffsets, TopicDescription, TopicSpec } from './kafkajs/admin.ts'
export { headerOf, isHeaderList } from './headers.ts'
export { createKafkaClient } from './kafkajs/client.ts'
export type { KafkaClient, KafkaClientOptions, KafkaLog, LogLevel } from './kafkajs/client.ts'
export { isPermitted } from './kafkajs/permissions.ts'
export type { Permission } from './kafkajs/permissions.ts'
export { resendBatch } from './kafkajs/resend-batch.ts'
export { deleteRecords } from './topics/delete-records.ts'
export { deleteGroup, deleteTopics } from './topics/delete-topics.ts'
export { ensureTopics, growTopic, MissingTopics, requireTopics } from './topics/ensure-topics.ts'
export type { EnsuredTopics } from './topics/ensure-topics.ts'
export { partitionOf } from './kafkajs/murmur2.ts'
export { createProducer } from './producer/producer.ts'
export type { Producer, ProducerOptions } from './producer/producer.ts'
export type { IncomingRecord, OutgoingRecord, PublishResult, RecordHeader, TopicPartition } from './records.ts'
export type { KafkaSasl, KafkaSettings, KafkaSsl, SecretText } from './settings.ts'
export type { DeferralKey } from './consumer/deferrals.ts'
export type { HandleResult, LaneCounts } from './consumer/lanes.ts'
export { createOrderedConsumer } from './consumer/ordered-consumer.ts'
export type { OrderedConsumer } from './consumer/ordered-consumer.ts'
export type {
  ConsumerEvent,
  ConsumerLimits,
  Deferring,
  Diversion,
  HandlerContext,
  OrderedConsumerOptions,
  PartitionLag,
} from './consumer/consumer-options.ts'
export { readRange } from './topics/read-range.ts'
export type { RangeEdge, ReadRangeOptions } from './topics/read-range.ts'
export { readTopics } from './topics/topic-reader.ts'
export type { FoundPlace } from './kafkajs/list-offsets.ts'
export type { FetchOptions, PartitionBounds, PartitionPlace, TopicReader } from './topics/topic-reader.ts'
