import type { ConfigSource, OutboundTopic } from '@imchannel/config'
import { groups, isParkedOf, readParkedTopic, topics } from '@imchannel/events'
import type { Groups, Topics } from '@imchannel/events'

/** What the dispatcher takes from the configuration beside tenants and limits; only the command topics change without a restart. */
export interface DispatcherSettings {
  readonly topics: Topics
  /** As configured now. */
  readonly outbound: () => readonly OutboundTopic[]
  readonly partitions: number
  /** As configured now. */
  readonly maxAgeMs: () => number
  readonly groupId: string
  readonly parkedGroupId: string
  readonly groups: Groups
  readonly port: number
}

const DEFAULT_PORT = 3002

export function dispatcherSettings(source: ConfigSource): DispatcherSettings {
  const config = source.current()
  const { prefix, partitions } = config.topics
  return {
    topics: topics(prefix),
    outbound: () => source.current().topics.outbound,
    partitions,
    maxAgeMs: () => source.current().maxAgeMs,
    groupId: groups(prefix).dispatcher,
    parkedGroupId: groups(prefix).parked,
    groups: groups(prefix),
    port: config.adminPort ?? config.port ?? DEFAULT_PORT,
  }
}

/** The command topics that are configured by name. */
export function commandTopicNames(outbound: readonly OutboundTopic[]): string[] {
  return outbound.flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : []))
}

/** Whether a topic is a parked one of what bots write commands to. */
export function isParkedOutbound(outbound: readonly OutboundTopic[], name: string): boolean {
  const base = readParkedTopic(name)?.topic
  if (base === undefined) return false
  return isOutbound(outbound, base) || commandTopicNames(outbound).some((topic) => isParkedOf(name, topic))
}

/** Whether a topic is one that bots write commands to. */
export function isOutbound(outbound: readonly OutboundTopic[], name: string): boolean {
  return outbound.some(({ topic }) => (typeof topic === 'string' ? topic === name : name.search(topic) >= 0))
}
