import type { fetchTopicIds as fetchSoundly } from '../../../packages/kafka/src/kafkajs/topic-ids.ts'

export * from '../../../packages/kafka/src/kafkajs/topic-ids.ts'

/** Takes every topic for the one that had its name before. */
export const fetchTopicIds: typeof fetchSoundly = async (_cluster, topics) =>
  new Map(topics.map((topic) => [topic, '1'.repeat(32)]))
