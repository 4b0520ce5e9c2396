import type { ContactChanged } from '@imchannel/events'
import {
  holdersOf,
  isPhone,
  joinContacts,
  newContact,
  olderOf,
  type ContactRecord,
  type Contacts,
  type Known,
} from './contact-record.ts'
import { namesIn } from './own-facts.ts'
import { spellingsOf } from './spellings.ts'

/** What one webhook shows of one customer. */
export interface ContactSighting {
  /** Digits. */
  readonly phone?: string | undefined
  readonly userId?: string | undefined
  /** `CC.ENT.…`, beside the user's own. */
  readonly parentUserId?: string | undefined
  readonly username?: string | undefined
  /** Whom the message was sent to, digits, that the webhook is about: another spelling, where it is another number. */
  readonly addressed?: string | undefined
  /** What it says of the customer's WhatsApp identity. */
  readonly identity?: 'unconfirmed' | 'confirmed' | undefined
  /** Epoch ms of the provider. */
  readonly at: number
}

export type ContactChange = Pick<
  ContactChanged,
  'reason' | 'phone' | 'userId' | 'username' | 'previousPhone' | 'previousUserId' | 'previousUsername'
> & {
  /** What tells this change from every other: the same however often and in which order webhooks show it. */
  readonly about: readonly string[]
  /** Epoch ms of the provider. */
  readonly at: number
}

export interface Seen {
  /** Records that say more than they did. */
  readonly records: readonly ContactRecord[]
  readonly changes: readonly ContactChange[]
}

/** A name that is shown beside more others than this is nobody's own: that of a test, or a placeholder. Nothing more is made of it. */
export const MOST_LINKS = 50

/** Every name that a webhook shows. */
export function shownNames({ phone, userId, parentUserId, addressed }: Omit<ContactSighting, 'at'>): string[] {
  return [...new Set([phone, userId, parentUserId, addressed].filter((one) => one !== undefined))]
}

/**
 * Takes up what a webhook shows. Links are made by evidence alone: two names in one webhook.
 *
 * @param known the records of the names that it shows, as far as there are any, and of those linked with them
 * @param now epoch ms of this system: whoever is older by it gives the conversation its name
 */
export function seeContact(known: Contacts, sighting: ContactSighting, now: number): Seen {
  const names = shownNames(sighting)
  if (isKnown(known, names, sighting)) return nothingNew
  const before = new Map(names.map((name) => [name, known.get(name)]))
  const after = new Map<string, ContactRecord>()
  // Of all that are known those alone whom it may concern: a webhook can have thousands of others.
  for (const name of names) {
    for (const joined of namesIn(known, name)) {
      const record = known.get(joined)
      if (record !== undefined) after.set(joined, record)
    }
  }
  // Who was written to had a conversation before the webhook.
  const sinceOf = (name: string): number => (name === sighting.addressed ? now - 1 : now)
  for (const name of names) if (!after.has(name)) after.set(name, newContact(name, sinceOf(name)))
  const changes: ContactChange[] = []
  for (const [one, other] of pairsOf(sighting)) {
    const isNew = after.get(one)?.links.has(other) !== true
    if (isNew && [one, other].some((name) => (after.get(name)?.links.size ?? 0) >= MOST_LINKS)) continue
    link(after, [one, other], sighting.at)
    if (isNew) changes.push(...changesOf({ one, other, at: sighting.at }, before, after))
  }
  unite(after, names)
  changes.push(...takeUsername(after, sighting))
  takeIdentity(after, sighting, names)
  const records = [...after.values()].filter((record) => !isSame(record, known.get(record.name)))
  return { records, changes: withoutRepeats(changes) }
}

const nothingNew: Seen = { records: [], changes: [] }

/** Most webhooks show what is known: nothing is copied for them. */
function isKnown(known: Contacts, names: readonly string[], sighting: ContactSighting): boolean {
  const { username, identity, userId, phone, at } = sighting
  if (identity === 'unconfirmed' || !names.every((name) => known.has(name))) return false
  if (identity !== undefined && names.some((name) => isDoubted(known.get(name)))) return false
  if (username !== undefined && known.get(userId ?? phone ?? '')?.username?.value !== username) return false
  return pairsOf(sighting).every(([one, other]) => (known.get(one)?.links.get(other)?.at ?? Infinity) <= at)
}

function isDoubted(record: ContactRecord | undefined): boolean {
  return (record?.unconfirmedAt ?? 0) > (record?.confirmedAt ?? 0)
}

/** The phone number first, where one of them is one. */
function pairsOf({ phone, userId, parentUserId, addressed }: ContactSighting): (readonly [string, string])[] {
  const pairs: (readonly [string | undefined, string | undefined])[] = [
    [phone, userId],
    [userId, parentUserId],
    [addressed, phone ?? userId],
  ]
  return pairs
    .filter((pair): pair is readonly [string, string] => pair.every((one) => one !== undefined))
    .filter(([one, other]) => one !== other)
}

function link(records: Map<string, ContactRecord>, [one, other]: readonly [string, string], at: number): void {
  for (const [name, linked] of [
    [one, other],
    [other, one],
  ] as const) {
    const record = records.get(name)
    if (record !== undefined) records.set(name, joinContacts(record, { ...record, links: new Map([[linked, { at }]]) }))
  }
}

/** All names that evidence joins have the oldest of them as the conversation's. */
function unite(records: Map<string, ContactRecord>, names: readonly string[]): void {
  const joined = new Set(names)
  for (const name of joined) for (const linked of records.get(name)?.links.keys() ?? []) joined.add(linked)
  const all = [...joined].flatMap((name) => records.get(name) ?? [])
  const [first] = all
  if (first === undefined || joined.size === 1) return
  const key = all.map((record) => record.key).reduce<Known>(olderOf, first.key)
  for (const record of all) records.set(record.name, { ...record, key: olderOf(record.key, key) })
}

interface Pair {
  readonly one: string
  readonly other: string
  readonly at: number
}

function changesOf(
  pair: Pair,
  before: ReadonlyMap<string, ContactRecord | undefined>,
  after: ReadonlyMap<string, ContactRecord>,
): ContactChange[] {
  const { one, other, at } = pair
  if (isPhone(one) && isPhone(other)) {
    const reason = isSpelling(one, other) ? 'spelling' : 'new-phone'
    return [{ reason, phone: other, previousPhone: one, about: [one, other].toSorted(), at }]
  }
  // A parent's id tells of nobody new.
  return isPhone(one) ? changesOfHolder({ phone: one, userId: other, at }, before, after) : []
}

function changesOfHolder(
  { phone, userId, at }: { phone: string; userId: string; at: number },
  before: ReadonlyMap<string, ContactRecord | undefined>,
  after: ReadonlyMap<string, ContactRecord>,
): ContactChange[] {
  const [wasPhone, wasUser, isNow] = [before.get(phone), before.get(userId), after.get(phone)]
  const holders = isNow === undefined ? [] : holdersOf(isNow)
  const place = holders.findIndex(([name]) => name === userId)
  if (holders.length > 1) {
    // Told late, it is the next one whose coming is news.
    const told = place === 0 ? 1 : place
    const [name, since] = holders[told] ?? [userId, { at }]
    const previousUserId = holders[told - 1]?.[0]
    return [
      { reason: 'new-user-id', phone, userId: name, previousUserId, about: ['holder', phone, name], at: since.at },
    ]
  }
  const previousPhone = [...(wasUser?.links ?? [])]
    .filter(([name]) => isPhone(name) && name !== phone)
    .toSorted(([, a], [, b]) => b.at - a.at)[0]?.[0]
  if (previousPhone !== undefined) {
    const reason = isSpelling(previousPhone, phone) ? 'spelling' : 'new-phone'
    return [{ reason, phone, userId, previousPhone, about: [previousPhone, phone].toSorted(), at }]
  }
  // A customer who is new, or whose phone number is known and whose user id was never shown, is nothing to tell of.
  if (wasUser === undefined) return []
  const reason = wasPhone !== undefined && olderOf(wasPhone, wasUser) === wasPhone ? 'new-user-id' : 'new-phone'
  return [{ reason, phone, userId, about: [phone, userId], at }]
}

function isSpelling(one: string, other: string): boolean {
  return spellingsOf(one).includes(other)
}

function takeUsername(records: Map<string, ContactRecord>, sighting: ContactSighting): ContactChange[] {
  const { username: value, at, phone, userId } = sighting
  const record = records.get(userId ?? phone ?? '')
  if (value === undefined || record === undefined) return []
  const { username: held } = record
  if (held?.value === value || (held !== undefined && held.at >= at)) return []
  records.set(record.name, { ...record, username: { value, at } })
  if (held === undefined) return []
  const about = ['username', record.name, held.value, String(held.at), value]
  return [{ reason: 'username', phone, userId, username: value, previousUsername: held.value, about, at }]
}

function takeIdentity(
  records: Map<string, ContactRecord>,
  { identity, at }: ContactSighting,
  names: readonly string[],
): void {
  for (const name of identity === undefined ? [] : names) {
    const record = records.get(name)
    if (record === undefined) continue
    const { unconfirmedAt = 0, confirmedAt = 0 } = record
    if (identity === 'unconfirmed' && at > unconfirmedAt) records.set(name, { ...record, unconfirmedAt: at })
    // Only what was doubted needs to be confirmed: most reports say so of customers of whom nobody asked.
    if (identity === 'confirmed' && unconfirmedAt > confirmedAt && at > unconfirmedAt)
      records.set(name, { ...record, confirmedAt: at })
  }
}

/** Two pairs of one webhook may say the same. */
function withoutRepeats(changes: readonly ContactChange[]): ContactChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change.about), change])).values()]
}

function isSame(one: ContactRecord, other: ContactRecord | undefined): boolean {
  if (other === undefined) return false
  const isAlike =
    one.since === other.since &&
    one.key.name === other.key.name &&
    one.key.since === other.key.since &&
    one.username?.value === other.username?.value &&
    one.unconfirmedAt === other.unconfirmedAt &&
    one.confirmedAt === other.confirmedAt &&
    one.links.size === other.links.size
  return isAlike && [...one.links].every(([name, link]) => other.links.get(name)?.at === link.at)
}
