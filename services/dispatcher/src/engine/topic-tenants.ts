import type { Config, OutboundTopic } from '@imchannel/config'

/** The tenant that a command topic is for; undefined where any may write to it. */
export type TenantOfTopic = (topic: string) => string | undefined

export function createTenantOfTopic(config: () => Config): TenantOfTopic {
  let outbound: readonly OutboundTopic[] = []
  // Expressions are searched for once a topic, not once a record.
  const known = new Map<string, string | undefined>()

  return (topic) => {
    const current = config().topics.outbound
    if (current !== outbound) {
      outbound = current
      known.clear()
    }
    if (!known.has(topic)) known.set(topic, outbound.find((one) => matches(one, topic))?.tenant)
    return known.get(topic)
  }
}

function matches({ topic: one }: OutboundTopic, topic: string): boolean {
  return typeof one === 'string' ? one === topic : topic.search(one) >= 0
}
