import { conversationKey, eventIds, type ImEvent } from '@imchannel/events'
import {
  isPhone,
  seeContact,
  shownNames,
  type ContactChange,
  type ContactRecord,
  type Contacts,
} from '@imchannel/facts'
import type { PlacedSighting } from './contact-sightings.ts'
import { aliasKey } from './webhook-context.ts'

/** By the portfolio, or the business number. */
export type KnownContacts = ReadonlyMap<string, Contacts>

export type ScopeOf = (business: string) => string

/** A change, and where it was seen. */
export interface PlacedChange {
  readonly business: string
  readonly scope: string
  readonly change: ContactChange
  /** The name of the conversation. */
  readonly customer: string
  /** Infobip's result that shows it. */
  readonly original: string
}

export interface ScopedRecord {
  readonly scope: string
  readonly record: ContactRecord
}

export interface PlannedContacts {
  /** By `aliasKey(business, name)`: the conversation's name, where it is another. */
  readonly keys: ReadonlyMap<string, string>
  /** Phone numbers by `aliasKey(business, bsuid)`. */
  readonly aliases: ReadonlyMap<string, string>
  /** Those that say more than they did. */
  readonly records: readonly ScopedRecord[]
  readonly changes: readonly PlacedChange[]
}

export interface PlanContactsOptions {
  readonly known: KnownContacts
  readonly scopeOf: ScopeOf
  /** Epoch ms of this system. */
  readonly now: number
}

const noContacts: Contacts = new Map()

/** What a webhook's sightings change of what is known, and under which name each customer's conversation is kept. Pure. */
export function planContacts(
  sightings: readonly PlacedSighting[],
  { known, scopeOf, now }: PlanContactsOptions,
): PlannedContacts {
  const contacts = new Map(known)
  const copies = new Map<string, Map<string, ContactRecord>>()
  const changed = new Map<string, ScopedRecord>()
  const told: Omit<PlacedChange, 'customer'>[] = []
  for (const { business, original, ...sighting } of sightings) {
    const scope = scopeOf(business)
    const records = contacts.get(scope) ?? noContacts
    const seen = seeContact(records, sighting, now)
    if (seen.records.length === 0) continue
    const after = copies.get(scope) ?? new Map(records)
    copies.set(scope, after)
    contacts.set(scope, after)
    for (const record of seen.records) {
      after.set(record.name, record)
      changed.set(`${scope}:${record.name}`, { scope, record })
    }
    told.push(...seen.changes.map((change) => ({ business, scope, change, original })))
  }
  const keyOf = (scope: string, name: string): string => contacts.get(scope)?.get(name)?.key.name ?? name
  return {
    ...namesOf(sightings, (business, name) => keyOf(scopeOf(business), name)),
    records: [...changed.values()],
    changes: told.map((one) => ({ ...one, customer: keyOf(one.scope, one.change.phone ?? one.change.userId ?? '') })),
  }
}

function namesOf(
  sightings: readonly PlacedSighting[],
  keyOf: (business: string, name: string) => string,
): Pick<PlannedContacts, 'keys' | 'aliases'> {
  const keys = new Map<string, string>()
  const aliases = new Map<string, string>()
  for (const { business, ...sighting } of sightings) {
    for (const name of shownNames(sighting)) {
      const key = keyOf(business, name)
      if (key === name) continue
      keys.set(aliasKey(business, name), key)
      if (!isPhone(name) && isPhone(key)) aliases.set(aliasKey(business, name), key)
    }
  }
  return { keys, aliases }
}

/** What the account topic gets: under the same id, whoever tells it and however often. */
export function toContactEvent(tenant: string, placed: PlacedChange, portfolio: string | undefined): ImEvent {
  const { business, scope, customer, change, original } = placed
  const { about, at, ...fields } = change
  const changedAt = new Date(at).toISOString()
  return {
    type: 'imchannel.contact.changed.v1',
    id: eventIds.contactChanged(tenant, scope, ...about),
    tenant,
    key: conversationKey({ tenant, business, customer }),
    time: changedAt,
    data: { tenant, sender: business, ...(portfolio === undefined ? {} : { portfolio }), ...fields, changedAt },
    verbatim: { original },
  }
}
