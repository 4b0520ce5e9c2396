import type { Config, OutboundTopic } from '@imchannel/config'

/** What a command topic says of its commands: the tenant that may write to it, and the class of those that name none. */
export type TopicBinding = Pick<OutboundTopic, 'tenant' | 'class'>

export type BindingOfTopic = (topic: string) => TopicBinding

const NONE: TopicBinding = {}

export function createBindingOfTopic(config: () => Config): BindingOfTopic {
  let outbound: readonly OutboundTopic[] = []
  // Expressions are searched for once a topic, not once a record.
  const known = new Map<string, TopicBinding>()

  return (topic) => {
    const current = config().topics.outbound
    if (current !== outbound) {
      outbound = current
      known.clear()
    }
    const found = known.get(topic) ?? outbound.find((one) => matches(one, topic)) ?? NONE
    known.set(topic, found)
    return found
  }
}

function matches({ topic: one }: OutboundTopic, topic: string): boolean {
  return typeof one === 'string' ? one === topic : topic.search(one) >= 0
}
