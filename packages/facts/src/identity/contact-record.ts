import { isParentUserId } from '@imchannel/events'

/** A name, and when it was first known here, epoch ms of this system. */
export interface Known {
  readonly name: string
  readonly since: number
}

/** Evidence that another name is the same customer's, or stood at the same phone number. */
export interface Link {
  /** The provider's time of the first webhook that shows both, epoch ms. */
  readonly at: number
  /** Part of a portfolio's move: the same person as before. */
  readonly moved?: true | undefined
}

/**
 * What is known of one name of a customer at one business number, or at the numbers of one portfolio. Two of one name join to the same
 * in any order, so that writers need not know of each other.
 */
export interface ContactRecord extends Known {
  /** The oldest of the person's names: the conversation's. */
  readonly key: Known
  readonly links: ReadonlyMap<string, Link>
  readonly username?: { readonly value: string; readonly at: number } | undefined
  /** When WhatsApp last refused a message since the customer's identity had changed, epoch ms. */
  readonly unconfirmedAt?: number | undefined
  readonly confirmedAt?: number | undefined
}

export type Contacts = ReadonlyMap<string, ContactRecord>

export function newContact(name: string, since: number): ContactRecord {
  return { name, since, key: { name, since }, links: new Map() }
}

export function isPhone(name: string): boolean {
  return /^\d+$/.test(name)
}

/** Both in one: the earlier times of what is first seen, the later ones of what was last said. */
export function joinContacts(one: ContactRecord, other: ContactRecord | undefined): ContactRecord {
  if (other === undefined) return one
  const links = new Map(one.links)
  for (const [name, link] of other.links) links.set(name, joinLinks(link, links.get(name)))
  const username = laterOf(one.username, other.username)
  return {
    name: one.name,
    since: Math.min(one.since, other.since),
    key: olderOf(one.key, other.key),
    links,
    ...(username === undefined ? {} : { username }),
    ...latest('unconfirmedAt', one, other),
    ...latest('confirmedAt', one, other),
  }
}

function joinLinks(one: Link, other: Link | undefined): Link {
  if (other === undefined) return one
  const moved = one.moved ?? other.moved
  return { at: Math.min(one.at, other.at), ...(moved === undefined ? {} : { moved }) }
}

function laterOf(one: ContactRecord['username'], other: ContactRecord['username']): ContactRecord['username'] {
  if (one === undefined || other === undefined) return one ?? other
  if (one.at !== other.at) return one.at > other.at ? one : other
  return one.value < other.value ? one : other
}

function latest(
  what: 'unconfirmedAt' | 'confirmedAt',
  { [what]: one }: ContactRecord,
  { [what]: other }: ContactRecord,
): Partial<ContactRecord> {
  return one === undefined && other === undefined ? {} : { [what]: Math.max(one ?? 0, other ?? 0) }
}

/**
 * Of two names of one person the conversation's: the one known first. Of one moment the phone number, and of two alike the smaller: it
 * must not matter who came first. A parent's id, which stands for the user in several portfolios, gives way to every other.
 */
export function olderOf(one: Known, other: Known): Known {
  const [isParent, isOtherParent] = [isParentUserId(one.name), isParentUserId(other.name)]
  if (isParent !== isOtherParent) return isParent ? other : one
  if (one.since !== other.since) return one.since < other.since ? one : other
  const [isNumber, isOtherNumber] = [isPhone(one.name), isPhone(other.name)]
  if (isNumber !== isOtherNumber) return isNumber ? one : other
  return one.name <= other.name ? one : other
}

/** Who has had the phone number, in the order of time; parents' ids are left out. */
export function holdersOf({ links }: ContactRecord): readonly (readonly [userId: string, link: Link])[] {
  return [...links]
    .filter(([name]) => !isPhone(name) && !isParentUserId(name))
    .toSorted(([one, a], [other, b]) => a.at - b.at || (one < other ? -1 : 1))
}
