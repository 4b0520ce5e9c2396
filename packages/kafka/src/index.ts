export { describeTopics, listTopics, committedOffsets, groupOffsets, offsetsOfTopics, topicOffsets } from './admin.ts'
export type { GroupOffset, PartitionOffsets, TopicDescription, TopicSpec } from './admin.ts'
export { createKafkaClient } from './client.ts'
export type { KafkaClient, KafkaClientOptions, KafkaLog, LogLevel } from './client.ts'
export { deleteRecords } from './delete-records.ts'
export { ensureTopics, growTopic, MissingTopics, requireTopics } from './ensure-topics.ts'
export type { EnsuredTopics } from './ensure-topics.ts'
export { partitionOf } from './murmur2.ts'
export { createProducer } from './producer.ts'
export type { Producer, ProducerOptions } from './producer.ts'
export type { IncomingRecord, OutgoingRecord, PublishResult, TopicPartition } from './records.ts'
export type { KafkaSasl, KafkaSettings, KafkaSsl, SecretText } from './settings.ts'
export type { HandleResult, LaneCounts } from './lanes.ts'
export { createOrderedConsumer } from './ordered-consumer.ts'
export type { OrderedConsumer } from './ordered-consumer.ts'
export type {
  ConsumerEvent,
  ConsumerLimits,
  Diversion,
  HandlerContext,
  OrderedConsumerOptions,
  PartitionLag,
} from './consumer-options.ts'
export { readRange } from './read-range.ts'
export type { RangeEdge, ReadRangeOptions } from './read-range.ts'
