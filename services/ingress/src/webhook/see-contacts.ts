import { contactRecordedOf, type ContactPut, type NewHolder } from '@imchannel/fact-store'
import {
  isPortfolioMove,
  joinContacts,
  namesIn,
  PORTFOLIO_MOVE_MS,
  shownNames,
  type ContactRecord,
  type Contacts,
} from '@imchannel/facts'
import type { ContactMemory, HeldContacts, WantedNames } from '../adapters/contact-memory.ts'
import type { PlacedSighting } from '../domain/contact-sightings.ts'
import {
  planContacts,
  toContactEvent,
  type KnownContacts,
  type PlacedChange,
  type PlannedContacts,
  type ScopedRecord,
  type ScopeOf,
} from '../domain/plan-contacts.ts'
import type { PlannedEvent } from '../domain/planned-event.ts'

export interface SeeContactsOptions {
  readonly tenant: string
  readonly sightings: readonly PlacedSighting[]
  /** What was read in the webhook's first trip. */
  readonly held: HeldContacts
  readonly scopeOf: ScopeOf
  readonly portfolioOf: (business: string) => string | undefined
  /** Epoch ms. */
  readonly now: number
  readonly memoryMs: number
}

/** What a webhook says of who is who. */
export interface SeenContacts extends Pick<PlannedContacts, 'keys' | 'aliases'> {
  /** Each of them once, whoever sees it. */
  readonly changes: readonly PlannedEvent[]
  /** For the compacted topic. */
  readonly records: readonly PlannedEvent[]
  /** For Redis, once Kafka has the others. */
  readonly puts: readonly ContactPut[]
}

export const nothingSeen: SeenContacts = { keys: new Map(), aliases: new Map(), changes: [], records: [], puts: [] }

/** The names to read in the first trip. */
export function wantedNames(sightings: readonly PlacedSighting[], scopeOf: ScopeOf): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>()
  for (const { business, ...sighting } of sightings) {
    const scope = scopeOf(business)
    const names = wanted.get(scope) ?? new Set<string>()
    for (const name of shownNames(sighting)) names.add(name)
    wanted.set(scope, names)
  }
  return wanted
}

/** Plans what is new; reads what it needs beside, where there is something. Rejects where Redis does not answer. */
export async function seeContacts(memory: ContactMemory, options: SeeContactsOptions): Promise<SeenContacts> {
  const { tenant, sightings, scopeOf, now, memoryMs } = options
  let held = await completed(memory, tenant, options.held, wantedNames(sightings, scopeOf))
  const asKnown = (): PlannedContacts => planContacts(sightings, { known: recordsOf(held), scopeOf, now })
  let planned = asKnown()
  if (planned.records.length > 0) {
    // A link may move more than the two names: all that evidence joins have one key.
    held = await completed(memory, tenant, held, linkedNames(recordsOf(held)))
    planned = asKnown()
  }
  const { changes, moved } = await judgeMoves(memory, tenant, planned.changes)
  const records = joined([...planned.records, ...moved])
  const due = [...held].flatMap(([scope, found]) =>
    [...found.values()].flatMap((one) =>
      one !== undefined && memory.isDue(one, memoryMs) ? [{ scope, record: one.record }] : [],
    ),
  )
  return {
    keys: planned.keys,
    aliases: planned.aliases,
    changes: changes.map((one) => ({
      event: toContactEvent(tenant, one, options.portfolioOf(one.business)),
      fingerprint: '',
    })),
    records: records.map((one) => ({ event: contactRecordedOf({ tenant, ...one }, now), fingerprint: '' })),
    puts: [...due, ...records].map((one) => ({ tenant, ...one })),
  }
}

/** One of each name. */
function joined(records: readonly ScopedRecord[]): ScopedRecord[] {
  const all = new Map<string, ScopedRecord>()
  for (const { scope, record } of records) {
    const place = `${scope}:${record.name}`
    all.set(place, { scope, record: joinContacts(record, all.get(place)?.record) })
  }
  return [...all.values()]
}

/** What was not asked for yet is read: most webhooks want nothing more. */
async function completed(
  memory: ContactMemory,
  tenant: string,
  held: HeldContacts,
  wanted: WantedNames,
): Promise<HeldContacts> {
  const missing = new Map(
    [...wanted].flatMap(([scope, names]) => {
      const unasked = [...names].filter((name) => held.get(scope)?.has(name) !== true)
      return unasked.length === 0 ? [] : [[scope, new Set(unasked)] as const]
    }),
  )
  if (missing.size === 0) return held
  const found = (await memory.read(tenant, missing)) ?? new Map<string, never>()
  const all = new Map(held)
  for (const [scope, names] of found) all.set(scope, new Map([...(held.get(scope) ?? []), ...names]))
  return all
}

function recordsOf(held: HeldContacts): KnownContacts {
  return new Map(
    [...held].map(([scope, names]): [string, Contacts] => [
      scope,
      new Map([...names].flatMap(([name, one]) => (one === undefined ? [] : [[name, one.record] as const]))),
    ]),
  )
}

function linkedNames(known: KnownContacts): Map<string, Set<string>> {
  return new Map(
    [...known].map(([scope, records]) => [
      scope,
      new Set([...records.keys()].flatMap((name) => [...namesIn(records, name)])),
    ]),
  )
}

interface Judged {
  readonly changes: readonly PlacedChange[]
  /** Of those who moved: they stay who they are. */
  readonly moved: readonly ScopedRecord[]
}

/** So many known phone numbers with another user id within an hour are a portfolio that moved. */
async function judgeMoves(memory: ContactMemory, tenant: string, changes: readonly PlacedChange[]): Promise<Judged> {
  const judged: PlacedChange[] = []
  const moved: ScopedRecord[] = []
  for (const placed of changes) {
    const { business, scope, change } = placed
    const { phone, userId, previousUserId, at } = change
    const isHolder = change.reason === 'new-user-id' && previousUserId !== undefined
    if (!isHolder || phone === undefined || userId === undefined) {
      judged.push(placed)
      continue
    }
    const all = await memory.countHolders({ tenant, business }, [[at, phone, userId]])
    const isMove = isPortfolioMove(
      all.map(([one]) => one),
      at,
    )
    judged.push(isMove ? { ...placed, change: { ...change, reason: 'portfolio' } } : placed)
    if (!isMove) continue
    const near = all.filter(([one]) => Math.abs(one - at) < PORTFOLIO_MOVE_MS)
    for (const record of await movedRecords(memory, { tenant, scope }, near)) moved.push({ scope, record })
  }
  return { changes: judged, moved }
}

async function movedRecords(
  memory: ContactMemory,
  { tenant, scope }: { tenant: string; scope: string },
  holders: readonly NewHolder[],
): Promise<ContactRecord[]> {
  const phones = new Set(holders.map(([, phone]) => phone))
  const held = (await memory.read(tenant, new Map([[scope, phones]])))?.get(scope)
  return holders.flatMap(([at, phone, userId]) => {
    const record = held?.get(phone)?.record
    if (record === undefined || record.links.get(userId)?.moved === true) return []
    return [joinContacts(record, { ...record, links: new Map([[userId, { at, moved: true }]]) })]
  })
}
