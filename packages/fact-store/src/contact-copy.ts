import { joinContacts, type ContactRecord } from '@imchannel/facts'
import { createBatchedScript, serversOf, type RedisClient } from '@imchannel/redis'
import { decodeContact, encodeContact, type HeldContact } from './contact-value.ts'
import {
  contactKey,
  contactMovesKey,
  contactOfKey,
  contactPattern,
  contactReadingKey,
  type ContactOwner,
} from './keys.ts'
import { GET_SCRIPT, SWAP_SCRIPT } from './scripts.ts'
import { createTopicReading, type TopicReading } from './topic-reading.ts'

/** Where a name is known: at one business number, or at the numbers of one portfolio. */
export interface ContactPlace {
  readonly tenant: string
  /** The portfolio, or the business number, digits. */
  readonly scope: string
}

export interface ContactPut extends ContactPlace {
  readonly record: ContactRecord
}

/** Known phone numbers that got another user id: `[epoch ms of the provider, phone, user id]`. */
export type NewHolder = readonly [at: number, phone: string, userId: string]

/** The copy of contacts in Redis. All of it rejects with `RedisUnavailable` where Redis does not answer. */
export interface ContactCopy extends TopicReading {
  /** Those that are not known are absent. In one trip, shared with whatever else is read in the same turn of the event loop. */
  read(place: ContactPlace, names: readonly string[]): Promise<ReadonlyMap<string, HeldContact>>
  /** Joins each with what is there, and keeps it for so long. @returns what is there now, in their order */
  put(changes: readonly ContactPut[], memoryMs: number): Promise<readonly ContactRecord[]>
  /** Adds to what was counted at one business number within the last hours. @returns all of it */
  countHolders(place: { tenant: string; business: string }, added: readonly NewHolder[]): Promise<readonly NewHolder[]>
  /** Every name of the person who has one of these, at any of these places, the given ones included. */
  names(places: readonly ContactPlace[], names: Iterable<string>): Promise<ReadonlySet<string>>
  /** Every name of the customers who have one of these, at all numbers. It looks through all keys: for tools. */
  find(tenant: string, names: Iterable<string>): Promise<readonly FoundContact[]>
  /** Takes names away, as if they had never been known. */
  forget(owners: readonly ContactOwner[]): Promise<void>
}

export interface FoundContact extends ContactPlace {
  readonly record: ContactRecord
}

/** Others write as well: after so many that came between, something is wrong. */
const TRIES = 10
/** Longer than the hour in which they count together, whatever the order in which they come. */
const HOLDERS_MS = 3 * 3_600_000
/** More are as good as these. */
const MOST_HOLDERS = 200
const PAGE = 1_000

interface Swap {
  readonly key: string
  /** What the key is to hold, of what it holds; undefined where that is right as it is. */
  readonly next: (held: string) => string | undefined
  readonly keepMs: number
}

/** @param prefix of the topics */
export function createContactCopy(redis: RedisClient, { prefix }: { readonly prefix: string }): ContactCopy {
  const get = createBatchedScript(redis, GET_SCRIPT)
  const swap = createBatchedScript(redis, SWAP_SCRIPT)

  /** Changes values in one step each, whoever else writes. */
  async function change(swaps: readonly Swap[]): Promise<void> {
    let open = swaps.map((one) => ({ one, held: '' }))
    for (let tries = 0; open.length > 0; tries++) {
      if (tries === TRIES) throw new Error('a contact in Redis is written by others at every try')
      const wanted = open.flatMap(({ one, held }) => {
        const next = one.next(held)
        return next === undefined ? [] : [{ one, held, next }]
      })
      const answers = await swap(
        wanted.map(({ one, held, next }) => ({ key: one.key, args: [held, next, one.keepMs] })),
      )
      open = wanted.flatMap(({ one }, index) => {
        const answer = answers[index]
        return typeof answer === 'string' && answer.startsWith('held:') ? [{ one, held: answer.slice(5) }] : []
      })
    }
  }

  async function read(place: ContactPlace, names: readonly string[]): Promise<ReadonlyMap<string, HeldContact>> {
    const answers = await get(names.map((name) => ({ key: contactKey({ ...place, name }), args: [] })))
    return new Map(
      names.flatMap((name, index) => {
        const held = decodeContact(name, answers[index])
        return held === undefined ? [] : [[name, held] as const]
      }),
    )
  }

  async function scan(tenant: string, wanted: ReadonlySet<string>): Promise<FoundContact[]> {
    const found = new Map<string, FoundContact>()
    for (const server of await serversOf(redis)) {
      let cursor = '0'
      do {
        const [next, keys] = await server.scan(cursor, 'MATCH', contactPattern(tenant), 'COUNT', PAGE)
        cursor = next
        for (const key of keys) {
          const place = contactOfKey(key)
          if (!wanted.has(place.name)) continue
          const held = (await read(place, [place.name])).get(place.name)
          if (held !== undefined) found.set(key, { tenant, scope: place.scope, record: held.record })
        }
      } while (cursor !== '0')
    }
    return [...found.values()]
  }

  return {
    ...createTopicReading(redis, (part) => contactReadingKey(part, prefix)),
    read,

    put: async (changes, memoryMs) => {
      const joined = changes.map(({ record }) => record)
      await change(
        changes.map(({ record, ...place }, index) => ({
          key: contactKey({ ...place, name: record.name }),
          keepMs: memoryMs,
          next: (value) => {
            const held = decodeContact(record.name, value)
            const both = joinContacts(record, held?.record)
            joined[index] = both
            const isKnown = held !== undefined && encodeContact(both, held.writtenAt) === value
            return isKnown && isRecent(held, memoryMs) ? undefined : encodeContact(both, Date.now())
          },
        })),
      )
      return joined
    },

    countHolders: async (place, added) => {
      let all: readonly NewHolder[] = added
      await change([
        {
          key: contactMovesKey(place),
          keepMs: HOLDERS_MS,
          next: (value) => {
            // `as`: nobody else writes the key.
            const held = value === '' ? [] : (JSON.parse(value) as NewHolder[])
            const known = new Map([...held, ...added].map((one) => [`${one[1]} ${one[2]}`, one]))
            all = [...known.values()].toSorted(([one], [other]) => one - other).slice(-MOST_HOLDERS)
            return JSON.stringify(all)
          },
        },
      ])
      return all
    },

    names: async (places, names) => {
      const found = new Set(names)
      let open = [...found]
      while (open.length > 0) {
        const asked = open
        const held = await Promise.all(places.map((place) => read(place, asked)))
        const linked = held.flatMap((one) => [...one.values()].flatMap(({ record }) => [...record.links.keys()]))
        open = [...new Set(linked)].filter((name) => !found.has(name))
        for (const name of open) found.add(name)
      }
      return found
    },

    find: async (tenant, names) => {
      const wanted = new Set(names)
      let found: FoundContact[] = []
      for (let size = -1; size < wanted.size;) {
        size = wanted.size
        found = await scan(tenant, wanted)
        for (const { record } of found) for (const name of record.links.keys()) wanted.add(name)
      }
      return found
    },

    forget: async (owners) => {
      await Promise.all(owners.map((owner) => redis.unlink(contactKey(owner))))
    },
  }
}

/** Whether a value need not be written anew for its time to live: it is kept for that much longer than anybody relies on. */
export function isRecent({ writtenAt }: Pick<HeldContact, 'writtenAt'>, memoryMs: number): boolean {
  return Date.now() - writtenAt < memoryMs / 10
}
