import type { Topics } from '@imchannel/events'
import type { TopicSpec } from '@imchannel/kafka'

const DAY_MS = 86_400_000
/** A result of 2,000 in a webhook of 32 MiB is 16 KiB; with inline base64 of 512 KiB an event stays far below. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024
const REPLICATION = 3

/** The topics that ingress cannot do without; made where they are missing, never changed. */
export function topicSpecs(topics: Topics, partitions: number): TopicSpec[] {
  return [
    spec(topics.inbound, 7, partitions),
    spec(topics.status, 7, partitions),
    spec(topics.account, 7, partitions),
    spec(topics.unrecognised, 30, partitions),
  ]
}

/** The topic that it does without where it must: a year and a month, so that a year's costs can be compared with the last one's. */
export function costTopicSpec(topics: Topics, partitions: number): TopicSpec {
  return spec(topics.cost, 400, partitions)
}

/** Likewise: which names are one person's, for good. */
export function contactsTopicSpec(topics: Topics, partitions: number): TopicSpec {
  return {
    name: topics.contacts,
    partitions,
    replication: REPLICATION,
    config: { 'cleanup.policy': 'compact', 'max.message.bytes': String(MAX_MESSAGE_BYTES) },
  }
}

function spec(name: string, days: number, partitions: number): TopicSpec {
  return {
    name,
    partitions,
    replication: REPLICATION,
    config: { 'retention.ms': String(days * DAY_MS), 'max.message.bytes': String(MAX_MESSAGE_BYTES) },
  }
}
