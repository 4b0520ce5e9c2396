import { contactRecordedEvent, type ContactRecorded, type ImEventOf } from '@imchannel/events'
import type { Link } from '@imchannel/facts'
import type { ContactPut } from './contact-copy.ts'
import type { ContactOwner } from './keys.ts'

/** The record of the compacted topic. @param at when it is written, epoch ms */
export function contactRecordedOf(
  { tenant, scope, record }: ContactPut,
  at: number,
): ImEventOf<'imchannel.contact.recorded.v1'> {
  const { name, since, key, links, username, unconfirmedAt, confirmedAt } = record
  const hasIdentity = unconfirmedAt !== undefined || confirmedAt !== undefined
  const data: ContactRecorded = {
    tenant,
    scope,
    name,
    since: text(since),
    conversation: { name: key.name, since: text(key.since) },
    links: [...links].map(([other, link]) => ({
      name: other,
      since: text(link.at),
      ...(link.moved === true ? { moved: true } : {}),
    })),
    ...(username === undefined ? {} : { username: { value: username.value, since: text(username.at) } }),
    ...(hasIdentity
      ? {
          identity: {
            ...(unconfirmedAt === undefined ? {} : { unconfirmedAt: text(unconfirmedAt) }),
            ...(confirmedAt === undefined ? {} : { confirmedAt: text(confirmedAt) }),
          },
        }
      : {}),
  }
  return contactRecordedEvent(data, text(at))
}

/** What a record of the compacted topic puts in place. */
export function contactPutOf(data: ContactRecorded): ContactPut {
  const { tenant, scope, name, since, conversation, links, username, identity } = data
  const { unconfirmedAt, confirmedAt } = identity ?? {}
  return {
    tenant,
    scope,
    record: {
      name,
      since: Date.parse(since),
      key: { name: conversation.name, since: Date.parse(conversation.since) },
      links: new Map(links.map((one): [string, Link] => [one.name, linkOf(one)])),
      ...(username === undefined ? {} : { username: { value: username.value, at: Date.parse(username.since) } }),
      ...(unconfirmedAt === undefined ? {} : { unconfirmedAt: Date.parse(unconfirmedAt) }),
      ...(confirmedAt === undefined ? {} : { confirmedAt: Date.parse(confirmedAt) }),
    },
  }
}

/** Whose the key of a record of the compacted topic is: that of one without a value is all that it has. */
export function contactOwnerOf(key: string): ContactOwner | undefined {
  const [, tenant, scope, name] = /^([^:]+):([^:]+):(.+)$/s.exec(key) ?? []
  return tenant === undefined || scope === undefined || name === undefined ? undefined : { tenant, scope, name }
}

function linkOf({ since, moved }: ContactRecorded['links'][number]): Link {
  return { at: Date.parse(since), ...(moved === true ? { moved } : {}) }
}

function text(ms: number): string {
  return new Date(ms).toISOString()
}
