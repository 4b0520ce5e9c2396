import type { ConsentRecord } from '../consent/consent.ts'
import { mergeWindows, type WindowState } from '../window/window.ts'
import { holdersOf, isPhone, type ContactRecord, type Contacts } from './contact-record.ts'

/** What was said under one name. */
export interface NamedFacts {
  readonly name: string
  readonly window: WindowState
  readonly consent: readonly ConsentRecord[]
}

export interface OwnFacts {
  readonly window: WindowState
  readonly consent: readonly ConsentRecord[]
}

/**
 * From when on what was said under a name is this person's own, epoch ms; `Infinity` where it never was. Before that, a name had
 * another holder. Spellings are not links: whoever asks gives those beside.
 *
 * @param asked a name by which the person is written to
 */
export function ownedSince(contacts: Contacts, asked: string): ReadonlyMap<string, number> {
  const own = new Map<string, number>([[asked, 0]])
  const phones = isPhone(asked) ? phonesOf(contacts, asked) : phonesHeldBy(contacts, asked)
  for (const phone of phones) {
    const record = contacts.get(phone)
    const holder = record && holdersOf(record).at(-1)
    own.set(phone, record === undefined ? 0 : heldSince(record))
    if (holder !== undefined && isPhone(asked)) own.set(holder[0], 0)
    // After a move, the user id before is the same person's.
    for (const [userId] of record !== undefined && heldSince(record) === 0 ? holdersOf(record) : []) own.set(userId, 0)
  }
  for (const name of namesIn(contacts, asked)) if (!own.has(name)) own.set(name, Infinity)
  return own
}

/** The number itself, and what evidence says is the same one written otherwise. */
function phonesOf(contacts: Contacts, phone: string): string[] {
  return [phone, ...[...(contacts.get(phone)?.links.keys() ?? [])].filter(isPhone)]
}

function phonesHeldBy(contacts: Contacts, userId: string): string[] {
  return [...(contacts.get(userId)?.links.keys() ?? [])].filter((name) => {
    const record = contacts.get(name)
    if (!isPhone(name) || record === undefined) return false
    return holdersOf(record).at(-1)?.[0] === userId || heldSince(record) === 0
  })
}

/** When the phone number came to who has it now; 0 where nobody else is known to have had it, or everybody moved. */
function heldSince(record: ContactRecord): number {
  const holders = holdersOf(record)
  const last = holders.at(-1)?.[1]
  return holders.length < 2 || last === undefined || last.moved === true ? 0 : last.at
}

/** Every name that evidence joins with this one, itself included. */
export function namesIn(contacts: Contacts, name: string): ReadonlySet<string> {
  const found = new Set([name])
  for (const one of found) for (const linked of contacts.get(one)?.links.keys() ?? []) found.add(linked)
  return found
}

/**
 * The facts of one person: a window that was opened before the number came to them makes theirs uncertain, not open; of what somebody
 * else said under the same names, opt-outs stay and nothing else.
 */
export function ownFacts(facts: readonly NamedFacts[], since: ReadonlyMap<string, number>): OwnFacts {
  return {
    window: facts.map((one) => ownWindow(one.window, since.get(one.name) ?? 0)).reduce(mergeWindows, {}),
    consent: facts.flatMap(({ name, consent }) =>
      consent.filter((record) => record.state === 'optedOut' || record.since >= (since.get(name) ?? 0)),
    ),
  }
}

function ownWindow(window: WindowState, since: number): WindowState {
  if (since === 0) return window
  if (since === Infinity) return {}
  const { openedAt, maybeAt, closedAt } = window
  const opened = openedAt !== undefined && openedAt >= since ? { openedAt } : {}
  const doubtful = [maybeAt, openedAt].filter((at) => at !== undefined && at !== opened.openedAt)
  return mergeWindows(
    { ...opened, ...(closedAt !== undefined && closedAt >= since ? { closedAt } : {}) },
    doubtful.length === 0 ? {} : { maybeAt: Math.max(...doubtful.map(Number)) },
  )
}

/** So long a refusal counts: whether the customer was confirmed since, nobody tells. */
export const IDENTITY_DOUBT_MS = 86_400_000

/** Whether WhatsApp would refuse a message, since the customer's identity has changed and nobody has confirmed the new one. */
export function isUnconfirmed(
  { unconfirmedAt, confirmedAt = 0 }: Pick<ContactRecord, 'unconfirmedAt' | 'confirmedAt'>,
  at: number,
): boolean {
  return unconfirmedAt !== undefined && unconfirmedAt > confirmedAt && at < unconfirmedAt + IDENTITY_DOUBT_MS
}
