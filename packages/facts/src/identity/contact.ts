/** One sight of both of a customer's names in one webhook: evidence that they are one person's. */
export interface Sighting {
  readonly phone: string
  readonly userId: string
  /** Epoch milliseconds of the provider. */
  readonly at: number
}

/** When a name was first and last seen, alone or beside another. */
export interface Span {
  readonly first: number
  readonly last: number
}

/**
 * Everybody known at one business number, or at the numbers of one portfolio. Made of first and last times alone, so that the same
 * webhooks give the same in any order.
 */
export interface Contacts {
  readonly names: ReadonlyMap<string, Span>
  /** Of a phone number: every user id that was seen with it, and when. */
  readonly userIds: ReadonlyMap<string, ReadonlyMap<string, Span>>
}

export const noContacts: Contacts = { names: new Map(), userIds: new Map() }

/** A name was seen, alone or as one of two. */
export function seeName(contacts: Contacts, name: string, at: number): Contacts {
  return { ...contacts, names: widened(contacts.names, name, at) }
}

/** Both names were seen in one webhook. */
export function seeBoth(contacts: Contacts, { phone, userId, at }: Sighting): Contacts {
  const seen = seeName(seeName(contacts, phone, at), userId, at)
  const known = seen.userIds.get(phone) ?? new Map<string, Span>()
  return { ...seen, userIds: new Map([...seen.userIds, [phone, widened(known, userId, at)]]) }
}

function widened(spans: ReadonlyMap<string, Span>, name: string, at: number): ReadonlyMap<string, Span> {
  const span = spans.get(name) ?? { first: at, last: at }
  return new Map([...spans, [name, { first: Math.min(span.first, at), last: Math.max(span.last, at) }]])
}

/** The name under which a person's conversation is kept: the oldest of the names that evidence joins; itself where it is alone. */
export function keyOf(contacts: Contacts, name: string): string {
  return [...namesOf(contacts, name)].reduce((oldest, one) => (isOlder(contacts, one, oldest) ? one : oldest))
}

/** Of two names of one moment the phone number, and of two alike the smaller: it must not matter who came first. */
function isOlder({ names }: Contacts, one: string, other: string): boolean {
  const [mine = Infinity, theirs = Infinity] = [names.get(one)?.first, names.get(other)?.first]
  if (mine !== theirs) return mine < theirs
  const [isPhone, isOtherPhone] = [/^\d+$/.test(one), /^\d+$/.test(other)]
  return isPhone === isOtherPhone ? one < other : isPhone
}

/** Every name that evidence joins with this one, itself included. */
export function namesOf({ userIds }: Contacts, name: string): ReadonlySet<string> {
  const found = new Set([name])
  for (const one of found) {
    for (const userId of userIds.get(one)?.keys() ?? []) found.add(userId)
    for (const [phone, known] of userIds) if (known.has(one)) found.add(phone)
  }
  return found
}

/** Who has the phone number now: the user id that was seen with it last. */
export function holderOf({ userIds }: Contacts, phone: string): string | undefined {
  return [...(userIds.get(phone) ?? [])].toSorted(
    ([one, a], [other, b]) => b.last - a.last || (one < other ? -1 : 1),
  )[0]?.[0]
}

/** A user id under a phone number that another had before: another person, unless the whole portfolio moved. */
export interface HolderChange {
  readonly phone: string
  readonly userId: string
  readonly previousUserId: string
  readonly at: number
}

/** Every change of a phone number's holder, in the order of time: the same however often and in which order the webhooks came. */
export function holderChanges({ userIds }: Contacts): readonly HolderChange[] {
  return [...userIds]
    .flatMap(([phone, known]) => {
      const holders = [...known].toSorted(([one, a], [other, b]) => a.first - b.first || (one < other ? -1 : 1))
      return holders.slice(1).map(([userId, { first }], index) => ({
        phone,
        userId,
        previousUserId: holders[index]?.[0] ?? userId,
        at: first,
      }))
    })
    .toSorted((one, other) => one.at - other.at || (one.phone < other.phone ? -1 : 1))
}

/** More new user ids than this within an hour at one sender are no recycled numbers. */
const MOST_NEW_USER_IDS = 20
const HOUR_MS = 3_600_000

/** Whether a change is part of a portfolio's move, where every customer gets a new user id and stays who they are. */
export function isPortfolioMove(changes: readonly HolderChange[], { at }: HolderChange): boolean {
  return changes.some(
    ({ at: from }) =>
      from <= at &&
      at < from + HOUR_MS &&
      changes.filter((one) => one.at >= from && one.at < from + HOUR_MS).length > MOST_NEW_USER_IDS,
  )
}
