import { setTimeout as sleep } from 'node:timers/promises'
import {
  isComplete,
  judgeWindow,
  namesIn,
  ownedSince,
  ownFacts,
  spellingsOf,
  type ConsentRecord,
  type Contacts,
  type Coverage,
  type NamedFacts,
  type WindowSighting,
  type WindowState,
} from '@imchannel/facts'
import { createBatchedScript, serversOf, type KeyRequest, type RedisClient } from '@imchannel/redis'
import { decodeConsent } from './consent-record.ts'
import { decodeContact } from './contact-value.ts'
import {
  ANY_NUMBER,
  consentKey,
  consentPattern,
  contactKey,
  nameOf,
  partOf,
  readingKey,
  windowKey,
  windowPattern,
} from './keys.ts'
import { unansweredPattern } from './budgets/budget-keys.ts'
import { READ_SCRIPT, WIDEN_SCRIPT } from './scripts.ts'
import { decodeWindow, windowRequests } from './window-value.ts'

/** One customer in the eyes of one business number. */
export interface CustomerQuery {
  readonly tenant: string
  /** The business number, digits. */
  readonly from: string
  /** By which the customer is written to: digits or a BSUID. Other names and spellings are looked for too. */
  readonly to: readonly string[]
  /** The portfolio of the business number, where it has one: the same customers have the same names at all its numbers. */
  readonly scope?: string | undefined
}

/** What is known of a customer, read in one moment. */
export interface CustomerFacts {
  /** Of all the customer's names together. */
  readonly window: WindowState
  /** How much of what customers wrote is in the windows that were read; undefined where nobody has read yet. */
  readonly coverage: Coverage | undefined
  /** Said under any of the names, to this number or to all numbers: one for each name, source and template. */
  readonly consent: readonly ConsentRecord[]
  /** When WhatsApp last refused a message since the customer's identity had changed, and last had it confirmed: epoch ms. */
  readonly unconfirmedAt?: number | undefined
  readonly confirmedAt?: number | undefined
  /** Redis's time, epoch ms. */
  readonly readAt: number
}

interface Asked {
  /** The key of how far windows were read. */
  readonly reading?: string | undefined
  /** Names of which it is asked who else they are. */
  readonly contacts: readonly string[]
}

/** A number, its holder, their other number: beyond that links are somebody else's. */
const MOST_ROUNDS = 3

/** The facts of customers, in Redis. All of it rejects with `RedisUnavailable` where Redis does not answer. */
export interface FactStore {
  /** In one trip, which it shares with whatever else is read in the same turn of the event loop. */
  read(query: CustomerQuery): Promise<CustomerFacts>
  /**
   * The same for whoever would act on a closed window: what a command answers may be in Kafka, and not yet read. Where the window is
   * neither open nor unknown it waits, mostly for a fraction of a second, until all that was in Kafka at the question has been read.
   * That includes what a failover took back meanwhile. Without an answer in time the coverage is left out: the window is unknown.
   */
  readSettled(query: CustomerQuery, options?: { readonly withinMs?: number }): Promise<CustomerFacts>
  /** Adds to windows, in any order and however often. It says nothing of what has been read: see `WindowReading`. */
  widenWindows(sightings: readonly WindowSighting[]): Promise<void>
  /** The keys of a customer's windows, at all numbers and under every spelling. It looks through all keys: for tools. */
  findWindows(tenant: string, names: Iterable<string>): Promise<readonly string[]>
  /** The keys of what a customer was sent since they wrote, as `conversationLimit` counts it. It looks through all keys: for tools. */
  findUnanswered(tenant: string, names: Iterable<string>): Promise<readonly string[]>
  /** Removes what `findUnanswered` found. */
  forgetUnanswered(keys: readonly string[]): Promise<void>
  /** Removes what `findWindows` found. What Kafka still has is read again only once Redis was emptied. */
  forgetWindows(keys: readonly string[]): Promise<void>
  /** What is said of a customer's consent, to all numbers and under every spelling. It looks through all keys: for tools. */
  findConsent(tenant: string, names: Iterable<string>): Promise<readonly FoundConsent[]>
  /** Removes of it what opts nobody out. */
  forgetOptIns(found: readonly FoundConsent[]): Promise<void>
}

/** A field of Redis. */
export interface FoundConsent {
  readonly key: string
  readonly slot: string
  readonly isOptOut: boolean
}

export interface FactStoreOptions {
  /** Of the topics: tells how far they have been read. */
  readonly prefix: string
}

/** Kafka is read three times a second; a reader that is much slower than that is not the one to wait for. */
const SETTLE_MS = 3_000
const LOOK_MS = 100
const PAGE = 1_000

export function createFactStore(redis: RedisClient, { prefix }: FactStoreOptions): FactStore {
  const readKeys = createBatchedScript(redis, READ_SCRIPT)
  const widen = createBatchedScript(redis, WIDEN_SCRIPT)

  /** What is known under these names, and with whom else evidence joins them; with the first also how far windows were read. */
  async function readNames({ tenant, from, scope = from }: CustomerQuery, names: readonly string[], asked: Asked) {
    const owners = names.map((name) => ({ tenant, business: from, name }))
    const requests = [
      ...(asked.reading === undefined ? [] : [request(asked.reading, 'reading')]),
      ...owners.map((owner) => request(windowKey(owner), 'window')),
      ...owners.map((owner) => request(consentKey(owner), 'consent')),
      ...owners.map((owner) => request(consentKey({ ...owner, business: ANY_NUMBER }), 'consent')),
      ...asked.contacts.map((name) => request(contactKey({ tenant, scope, name }), 'contact')),
    ]
    const answers = await readKeys(requests)
    const rest = asked.reading === undefined ? answers : answers.slice(1)
    const count = names.length
    const facts = names.map((name, at): NamedFacts => ({
      name,
      window: decodeWindow(rest[at]),
      consent: [...decodeConsents(rest[count + at]), ...decodeConsents(rest[2 * count + at])],
    }))
    const contacts = asked.contacts.flatMap((name, at) => decodeContact(name, rest[3 * count + at])?.record ?? [])
    return { reading: answers[0], facts, contacts }
  }

  const read: FactStore['read'] = async (query) => {
    const { tenant, from, to } = query
    const names = new Set(to.flatMap(spellingsOf))
    // How far was read stands before the windows of its part: they are never older than it says.
    const first = await readNames(query, [...names], {
      reading: readingKey(partOf(tenant, from), prefix),
      contacts: to,
    })
    const facts = [...first.facts]
    const contacts = new Map(first.contacts.map((one) => [one.name, one]))
    const asked = new Set(to)
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const linked = to.flatMap((name) => [...namesIn(contacts, name)]).filter((name) => !asked.has(name))
      if (linked.length === 0) break
      for (const name of linked) asked.add(name)
      const more = await readNames(
        query,
        linked.filter((name) => !names.has(name)),
        { contacts: linked },
      )
      facts.push(...more.facts)
      for (const one of more.contacts) contacts.set(one.name, one)
    }
    const since = ownedByAny(contacts, to)
    return {
      ...decodeReading(first.reading),
      ...ownFacts(facts, since),
      ...identityOf(contacts, since),
    }
  }

  async function find(pattern: string, names: Iterable<string>): Promise<readonly string[]> {
    const wanted = new Set([...names].flatMap(spellingsOf))
    const found: string[] = []
    for (const server of await serversOf(redis)) {
      let cursor = '0'
      do {
        const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE)
        cursor = next
        found.push(...keys.filter((key) => wanted.has(nameOf(key))))
      } while (cursor !== '0')
    }
    return [...new Set(found)]
  }

  async function unlink(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => redis.unlink(key)))
  }

  return {
    read,

    readSettled: async (query, { withinMs = SETTLE_MS } = {}) => {
      const first = await read(query)
      const deadline = performance.now() + withinMs
      let found = first
      while (isClosed(found) && (found.coverage?.endsTakenAt ?? 0) < first.readAt) {
        if (performance.now() >= deadline) return { ...found, coverage: undefined }
        // All that wait look at the same moments: one trip for them together.
        await sleep(LOOK_MS - (Date.now() % LOOK_MS))
        found = await read(query)
      }
      return found
    },

    findWindows: (tenant, names) => find(windowPattern(tenant), names),

    forgetWindows: unlink,

    findUnanswered: (tenant, names) => find(unansweredPattern(tenant), names),

    forgetUnanswered: unlink,

    findConsent: async (tenant, names) => {
      const keys = await find(consentPattern(tenant), names)
      const fields = await Promise.all(keys.map((key) => redis.hgetall(key)))
      return keys.flatMap((key, at) =>
        Object.entries(fields[at] ?? {}).map(([slot, value]) => ({
          key,
          slot,
          isOptOut: decodeConsent(slot, value)?.state !== 'optedIn',
        })),
      )
    },

    forgetOptIns: async (found) => {
      await Promise.all(found.flatMap(({ key, slot, isOptOut }) => (isOptOut ? [] : [redis.hdel(key, slot)])))
    },

    widenWindows: async (sightings) => {
      await widen(sightings.flatMap(windowRequests))
    },
  }
}

function isClosed({ window, coverage, readAt }: CustomerFacts): boolean {
  return judgeWindow(window, readAt, { isComplete: isComplete(coverage, readAt) }).state === 'closed'
}

function request(key: string, kind: 'reading' | 'window' | 'consent' | 'contact'): KeyRequest {
  return { key, args: [kind] }
}

function ownedByAny(contacts: Contacts, names: readonly string[]): Map<string, number> {
  const own = new Map<string, number>()
  for (const name of names)
    for (const [one, since] of ownedSince(contacts, name)) own.set(one, Math.min(since, own.get(one) ?? Infinity))
  return own
}

function identityOf(
  contacts: Contacts,
  since: ReadonlyMap<string, number>,
): Pick<CustomerFacts, 'unconfirmedAt' | 'confirmedAt'> {
  const own = [...contacts.values()].filter(({ name }) => since.get(name) !== Infinity)
  return {
    unconfirmedAt: latest(own.map(({ unconfirmedAt, name }) => after(unconfirmedAt, since.get(name)))),
    confirmedAt: latest(own.map(({ confirmedAt }) => confirmedAt)),
  }
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

function after(at: number | undefined, since = 0): number | undefined {
  return at !== undefined && at >= since ? at : undefined
}

/** @throws TypeError where the script's answer is none of its own */
function decodeReading(answer: unknown): Pick<CustomerFacts, 'coverage' | 'readAt'> {
  if (!Array.isArray(answer)) throw new TypeError('Redis answered a reading of facts with something else than a list')
  const [from, endsTakenAt, now]: unknown[] = answer
  const isRead = typeof from === 'string' && typeof endsTakenAt === 'string'
  return {
    coverage: isRead ? { from: Number(from), endsTakenAt: Number(endsTakenAt) } : undefined,
    readAt: Number(now),
  }
}

/** A hash as scripts give it: names and values in turn. */
function decodeConsents(answer: unknown): ConsentRecord[] {
  if (!Array.isArray(answer)) return []
  const texts = answer.map(String)
  return texts.flatMap((slot, at) => {
    const record = at % 2 === 0 ? decodeConsent(slot, texts[at + 1] ?? '') : undefined
    return record === undefined ? [] : [record]
  })
}
