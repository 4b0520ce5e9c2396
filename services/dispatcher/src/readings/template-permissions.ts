import type { Topics } from '@imchannel/events'
import type { Permission } from '@imchannel/kafka'

/** What keeping templates needs of Kafka; docs/operations.md has the same as ACLs. */
export function permissionsOfTemplates(
  { templates, account }: Pick<Topics, 'templates' | 'account'>,
  group: string,
): { permission: Permission; acl: string }[] {
  return [
    { permission: { kind: 'read', topic: templates }, acl: `Read on topic ${templates}` },
    { permission: { kind: 'write', topic: templates }, acl: `Write on topic ${templates}` },
    { permission: { kind: 'read', topic: account }, acl: `Read on topic ${account}` },
    { permission: { kind: 'write', topic: account }, acl: `Write on topic ${account}` },
    {
      permission: { kind: 'read-group', group, topic: account },
      acl: `Read on group ${group}`,
    },
  ]
}
