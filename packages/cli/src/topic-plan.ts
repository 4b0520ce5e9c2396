import type { Config } from '@imchannel/config'
import { compactedTopic, KEPT_DAYS, keptTopic, topics as topicsOf } from '@imchannel/events'
import type { TopicSpec } from '@imchannel/kafka'

/** Whether what is rebuilt from Kafka has to know who was forgotten. */
export function forgetsPeople({ tenants }: Pick<Config, 'tenants'>): boolean {
  return Object.values(tenants).some((tenant) => (tenant?.forgetSecret.length ?? 0) > 0)
}

/** What the services make where it is missing, as the contract has it; a test holds it to what they do make. */
export function plannedTopics(config: Config): TopicSpec[] {
  const {
    topics: { prefix, outbound, partitions },
    console: operators,
    tenants,
  } = config
  const topics = topicsOf(prefix)
  const spec = (name: string, days: number): TopicSpec => keptTopic(name, partitions, { days })
  const compacted = (name: string): TopicSpec => compactedTopic(name, partitions)
  const commandTopics = outbound.flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : []))
  return [
    spec(topics.inbound, KEPT_DAYS.inbound),
    spec(topics.status, KEPT_DAYS.status),
    spec(topics.account, KEPT_DAYS.account),
    spec(topics.unrecognised, KEPT_DAYS.unrecognised),
    spec(topics.attempts, KEPT_DAYS.attempts),
    spec(topics.cost, KEPT_DAYS.cost),
    ...(operators === undefined && !forgetsPeople({ tenants }) ? [] : [spec(topics.audit, KEPT_DAYS.audit)]),
    ...commandTopics.map((name) => spec(name, KEPT_DAYS.commands)),
    spec(topics.deadletter, KEPT_DAYS.deadletter),
    compacted(topics.consent),
    compacted(topics.contacts),
    compacted(topics.templates),
    ...(hasBudgets(config) ? [compacted(topics.budgets)] : []),
  ]
}

/** Whether anything is counted for a tenant: without, nothing of it is made or read. */
export function hasBudgets({ tenants }: Pick<Config, 'tenants'>): boolean {
  return Object.values(tenants).some(
    (tenant) => (tenant?.budgets?.length ?? 0) > 0 || tenant?.conversationLimit !== undefined,
  )
}

/** What is off where a topic is missing, of those without which everything else runs. */
export function withoutTopic(topics: ReturnType<typeof topicsOf>): ReadonlyMap<string, string> {
  return new Map([
    [topics.cost, 'what messages cost is not written down'],
    [topics.attempts, 'requests to Infobip are not written down'],
    [
      topics.audit,
      'nobody can be forgotten, and the console reveals and replays nothing, since it could not be written down',
    ],
    [topics.consent, 'who opted out is not kept, and nobody counts as opted out'],
    [topics.contacts, 'a customer’s names are joined by what Redis remembers of user ids alone'],
    [topics.templates, 'nothing is known of templates, and none is judged'],
    [topics.budgets, 'no budget holds, of tenants that have any'],
  ])
}

function isOwn(name: string): boolean {
  return name.endsWith('.deadletter') || name.includes('.parked.')
}

/** Topics on the cluster from which the dispatcher takes commands, those that an expression matches included. */
export function commandTopicsAmong(names: readonly string[], { topics }: Pick<Config, 'topics'>): string[] {
  return names.filter(
    (name) =>
      !isOwn(name) &&
      topics.outbound.some(({ topic }) => (typeof topic === 'string' ? topic === name : name.search(topic) >= 0)),
  )
}
