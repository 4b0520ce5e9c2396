import type { Config } from '@imchannel/config'
import { isParkedOf, readParkedTopic, type Topics } from '@imchannel/events'
import type { TopicRole } from '../domain/project-record.ts'

/** Event topics that are read; those that are not there yet are taken up when they are. */
export function eventTopics(topics: Topics, prefix: string): string[] {
  const { inbound, status, account, unrecognised } = topics
  return [inbound, status, account, unrecognised, ...['attempts', 'cost', 'audit'].map((name) => `${prefix}.${name}`)]
}

/** What stands in a topic; undefined for one that is none of ours. */
export function roleOf(
  topic: string,
  { topics, prefix, outbound }: { topics: Topics; prefix: string; outbound: Config['topics']['outbound'] },
): TopicRole | undefined {
  if (topic === topics.deadletter) return 'deadletter'
  if (eventTopics(topics, prefix).includes(topic)) return 'event'
  const isOutbound = (name: string): boolean =>
    outbound.some(({ topic: known }) => (typeof known === 'string' ? known === name : name.search(known) >= 0))
  const parkedOf = readParkedTopic(topic)?.topic
  if (parkedOf !== undefined) {
    const isOurs =
      isOutbound(parkedOf) || outbound.some(({ topic: known }) => typeof known === 'string' && isParkedOf(topic, known))
    return isOurs ? 'parked' : undefined
  }
  return isOutbound(topic) && !topics.isWritten(topic) ? 'command' : undefined
}
