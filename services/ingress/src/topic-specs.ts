import { compactedTopic, KEPT_DAYS, keptTopic, type Topics } from '@imchannel/events'
import type { TopicSpec } from '@imchannel/kafka'

/** The topics that ingress cannot do without; made where they are missing, never changed. */
export function topicSpecs(topics: Topics, partitions: number): TopicSpec[] {
  return (['inbound', 'status', 'account', 'unrecognised'] as const).map((topic) =>
    keptTopic(topics[topic], partitions, { days: KEPT_DAYS[topic] }),
  )
}

/** The topic that it does without where it must. */
export function costTopicSpec(topics: Topics, partitions: number): TopicSpec {
  return keptTopic(topics.cost, partitions, { days: KEPT_DAYS.cost })
}

/** Likewise: which names are one person's, for good. */
export function contactsTopicSpec(topics: Topics, partitions: number): TopicSpec {
  return compactedTopic(topics.contacts, partitions)
}
