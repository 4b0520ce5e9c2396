import type { Config, OutboundTopic } from '@imchannel/config'
import { topics } from '@imchannel/events'
import type { Topics } from '@imchannel/events'

/** What the dispatcher takes from the configuration beside tenants and limits; none of it changes without a restart. */
export interface DispatcherSettings {
  readonly topics: Topics
  readonly outbound: readonly OutboundTopic[]
  readonly partitions: number
  readonly groupId: string
  readonly parkedGroupId: string
  readonly port: number
}

const DEFAULT_PORT = 3002

export function dispatcherSettings(config: Config): DispatcherSettings {
  const { prefix, outbound, partitions } = config.topics
  return {
    topics: topics(prefix),
    outbound,
    partitions,
    groupId: `${prefix}.dispatcher`,
    parkedGroupId: `${prefix}.dispatcher.parked`,
    port: config.adminPort ?? config.port ?? DEFAULT_PORT,
  }
}

/** Whether a topic is one that bots write commands to. */
export function isOutbound(outbound: readonly OutboundTopic[], name: string): boolean {
  return outbound.some(({ topic }) => (typeof topic === 'string' ? topic === name : name.search(topic) >= 0))
}
