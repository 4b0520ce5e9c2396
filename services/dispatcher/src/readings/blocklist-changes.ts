import { conversationKey, eventIds, isBsuid, normaliseNumber } from '@imchannel/events'
import type { ConsentRecorded, ImEventOf } from '@imchannel/events'
import type { BlocklistEntry } from '@imchannel/infobip'

/** An account's blocklist, read whole. */
export interface ReadBlocklist {
  readonly tenant: string
  /** As the configuration names it. */
  readonly account: string
  /** Its numbers. */
  readonly senders: readonly string[]
  /** Whether the tenant has no other: then whatever is said of all its numbers is of this list. */
  readonly isOnly: boolean
  readonly entries: readonly BlocklistEntry[]
  /** When reading began, epoch ms of Redis. */
  readonly startedAt: number
}

/** What a webhook tells may reach the list a little later. */
const LAG_MS = 600_000

type Change = ImEventOf<'imchannel.consent.changed.v1'>

/**
 * What a list tells that is not known: who is on it, and who is no longer. Who was put back by a later UNBLOCK or a correction stays
 * so while the list has the same entry as before.
 *
 * @param known what the source `blocklist` says of the tenant's customers
 */
export function blocklistChanges(list: ReadBlocklist, known: readonly ConsentRecorded[]): Change[] {
  const before = new Map(known.map((one) => [placeOf(one.sender, one.from), one]))
  const listed = new Map(list.entries.flatMap((entry) => blockedBy(entry, list)))
  const blocked = [...listed].flatMap(([place, { from, sender, entry }]) => {
    const held = before.get(place)
    const since = entry.createdAt ?? (held === undefined ? new Date(list.startedAt).toISOString() : undefined)
    if (since === undefined || (held !== undefined && Date.parse(since) <= Date.parse(held.since))) return []
    return held?.state === 'optedOut' ? [] : [changeOf(list, { from, sender, state: 'optedOut', since, entry })]
  })
  const lifted = known.flatMap((held) => {
    const { sender, from, state, since } = held
    if (state !== 'optedOut' || listed.has(placeOf(sender, from)) || !isOfList(held, list)) return []
    if (Date.parse(since) > list.startedAt - LAG_MS) return []
    return [changeOf(list, { from, sender, state: 'optedIn', since: new Date(list.startedAt).toISOString() })]
  })
  return [...blocked, ...lifted]
}

function placeOf(sender: string | undefined, from: string): string {
  return `${sender ?? '-'} ${from}`
}

interface Blocked {
  readonly from: string
  readonly sender: string | undefined
  readonly entry: BlocklistEntry
}

/** Of other channels, e-mail addresses and senders that are none of ours nothing is said. */
function blockedBy(entry: BlocklistEntry, { senders }: ReadBlocklist): [string, Blocked][] {
  const { destination, channel } = entry
  if (channel !== undefined && channel.toUpperCase() !== 'WHATSAPP') return []
  const from = normaliseNumber(destination)
  const sender = entry.sender === undefined ? undefined : normaliseNumber(entry.sender)
  if (!isBsuid(from) && !/^\d{5,}$/.test(from)) return []
  if (sender !== undefined && !senders.includes(sender)) return []
  return [[placeOf(sender, from), { from, sender, entry }]]
}

/** Whether this list would have it. Of what holds for all numbers of a tenant with several accounts, its evidence tells. */
function isOfList({ sender, evidence }: ConsentRecorded, list: ReadBlocklist): boolean {
  return sender === undefined ? list.isOnly || evidence?.by === byOf(list) : list.senders.includes(sender)
}

function byOf({ account }: ReadBlocklist): string {
  return `the blocklist of ${account}`
}

interface Said {
  readonly from: string
  readonly sender: string | undefined
  readonly state: 'optedOut' | 'optedIn'
  readonly since: string
  readonly entry?: BlocklistEntry
}

function changeOf(list: ReadBlocklist, { from, sender, state, since, entry }: Said): Change {
  const { tenant } = list
  const key = conversationKey({ tenant, business: sender, customer: from })
  return {
    type: 'imchannel.consent.changed.v1',
    id: eventIds.consentOf(tenant, key, ['blocklist', state, since].join(' ')),
    tenant,
    key,
    time: since,
    data: {
      tenant,
      sender,
      from,
      status: state === 'optedOut' ? 'BLOCK' : 'UNBLOCK',
      description: state === 'optedOut' ? 'on the account’s blocklist' : 'no longer on the account’s blocklist',
      changedAt: since,
      state,
      scope: 'all',
      source: 'blocklist',
      channel: entry?.channel,
      evidence: { by: byOf(list), sourceType: entry?.sourceType, campaign: entry?.campaign },
    },
  }
}
