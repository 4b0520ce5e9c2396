import type { Topics } from '@imchannel/events'
import type { TopicSpec } from '@imchannel/kafka'

const DAY_MS = 86_400_000
/** A result of 2,000 in a webhook of 32 MiB is 16 KiB; with inline base64 of 512 KiB an event stays far below. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024
const REPLICATION = 3

/** The topics that ingress writes; made where they are missing, never changed. */
export function topicSpecs(topics: Topics, partitions: number): TopicSpec[] {
  const spec = (name: string, days: number): TopicSpec => ({
    name,
    partitions,
    replication: REPLICATION,
    config: { 'retention.ms': String(days * DAY_MS), 'max.message.bytes': String(MAX_MESSAGE_BYTES) },
  })
  return [spec(topics.inbound, 7), spec(topics.status, 7), spec(topics.account, 7), spec(topics.unrecognised, 30)]
}
