import type { Config } from '@imchannel/config'
import { groups, type Topics, topics as topicsOf } from '@imchannel/events'
import type { Permission } from '@imchannel/kafka'
import { forgetsPeople, hasBudgets } from '../../topic-plan.ts'

export type ServiceName = 'ingress' | 'dispatcher' | 'media-server' | 'console'

/** What each service must be allowed; docs/operations.md has the same as ACLs, which a test holds to this. Pure. */
export function neededPermissions({
  topics,
  console: operators,
  tenants,
}: Pick<Config, 'topics' | 'console' | 'tenants'>): Partial<Record<ServiceName, Permission[]>> {
  const { prefix, outbound } = topics
  const names = topicsOf(prefix)
  const commandTopics = outbound.flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : []))
  const [first = names.outbound] = commandTopics
  const parked = commandTopics.map((topic) => `${topic}.parked.doctor`)
  return {
    ingress: [names.inbound, names.status, names.account, names.unrecognised, names.cost, names.contacts].map(write),
    dispatcher: [
      ...commandTopics.map((topic): Permission => ({ kind: 'read', topic })),
      ...parked.flatMap((topic) => (['read', 'write', 'create'] as const).map((kind): Permission => ({ kind, topic }))),
      write(names.status),
      write(names.deadletter),
      write(names.attempts),
      { kind: 'read-group', group: groups(prefix).dispatcher, topic: first },
      { kind: 'read-group', group: groups(prefix).parked, topic: first },
      { kind: 'read', topic: names.inbound },
      { kind: 'read', topic: names.status },
      { kind: 'read', topic: names.account },
      write(names.account),
      ...(forgetsPeople({ tenants }) ? [{ kind: 'read', topic: names.audit } as const] : []),
      { kind: 'read', topic: names.consent },
      write(names.consent),
      { kind: 'read-group', group: groups(prefix).consent, topic: names.account },
      { kind: 'read', topic: names.contacts },
      write(names.contacts),
      { kind: 'read-group', group: groups(prefix).contacts, topic: names.contacts },
      { kind: 'read', topic: names.templates },
      write(names.templates),
      ...(hasBudgets({ tenants }) ? ofBudgets(names) : []),
      write(names.account),
      { kind: 'read-group', group: groups(prefix).templates, topic: names.account },
    ],
    'media-server': [write(names.status)],
    ...(operators === undefined ? {} : { console: ofConsole(names, prefix, [...commandTopics, ...parked]) }),
  }
}

function ofBudgets({ budgets, cost }: Topics): Permission[] {
  return [{ kind: 'read', topic: budgets }, write(budgets), { kind: 'read', topic: cost }]
}

/** It reads all that there is, in a group for each store, writes what people did, commands that are sent again, and corrections of consent. */
function ofConsole(names: Topics, prefix: string, commands: readonly string[]): Permission[] {
  const { inbound, status, account, unrecognised, attempts, cost, audit, deadletter } = names
  const read = [inbound, status, account, unrecognised, attempts, cost, audit, deadletter, ...commands]
  return [
    ...read.map((topic): Permission => ({ kind: 'read', topic })),
    write(audit),
    write(account),
    ...commands.filter((topic) => !topic.endsWith('.parked.doctor')).map(write),
    { kind: 'read-group', group: groups(prefix).console(''), topic: inbound },
  ]
}

/** As `kafka-acls.sh` takes it. */
export function aclText(permission: Permission): string {
  switch (permission.kind) {
    case 'read':
      return `Read on topic ${permission.topic}`
    case 'write':
      return `Write on topic ${permission.topic}`
    case 'create':
      return `Create on topic ${permission.topic}`
    case 'read-group':
      return `Read on group ${permission.group}`
  }
}

function write(topic: string): Permission {
  return { kind: 'write', topic }
}
