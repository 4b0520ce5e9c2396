import { isRecent, type ContactCopy, type ContactPut, type HeldContact, type NewHolder } from '@imchannel/fact-store'
import type { ContactRecord } from '@imchannel/facts'
import { line, raw, type Logger } from '@imchannel/logging'
import type { OptionalTopic } from './optional-topic.ts'

/** Names of a webhook's customers, by the portfolio or business number. */
export type WantedNames = ReadonlyMap<string, ReadonlySet<string>>
/** Likewise; undefined for a name that is not known. */
export type HeldContacts = ReadonlyMap<string, ReadonlyMap<string, HeldContact | undefined>>

/** Which names are one person's: in Redis, and on its way to the compacted topic. It is off where either may not be used. */
export interface ContactMemory {
  isOn(): boolean
  /** Undefined where it is off. Rejects where Redis does not answer. */
  read(tenant: string, wanted: WantedNames): Promise<HeldContacts | undefined>
  /** Rejects where Redis does not answer. */
  put(changes: readonly ContactPut[], memoryMs: number): Promise<readonly ContactRecord[]>
  countHolders(place: { tenant: string; business: string }, added: readonly NewHolder[]): Promise<readonly NewHolder[]>
  /** Whether what was read is soon too old to be kept. */
  isDue(held: HeldContact, memoryMs: number): boolean
  /** Kafka would not take a record. */
  refused(problem: string): void
}

export interface ContactMemoryOptions {
  readonly copy: Pick<ContactCopy, 'read' | 'put' | 'countHolders'>
  readonly topic: Pick<OptionalTopic, 'isOn' | 'refused'>
  readonly log: Logger
}

/** A user of Redis without the right is asked for it again after so long. */
const OFF_MS = 600_000

export function createContactMemory({ copy, topic, log }: ContactMemoryOptions): ContactMemory {
  let offUntil = -Infinity
  let isSaid = false

  function turnOff(error: unknown): undefined {
    const text = error instanceof Error ? error.message : String(error)
    if (!text.startsWith('NOPERM')) throw error
    offUntil = performance.now() + OFF_MS
    if (isSaid) return undefined
    isSaid = true
    log.warn(
      { fn: 'contacts' },
      line`who is who is known by user ids alone, as before: this user of Redis may not read and write contacts; add ~imc:f:* to its rights (docs/operations.md): ${raw(text)}`,
    )
    return undefined
  }

  return {
    isOn: () => topic.isOn() && performance.now() >= offUntil,
    read: async (tenant, wanted) => {
      try {
        return new Map(
          await Promise.all(
            [...wanted].map(async ([scope, names]) => {
              const found = await copy.read({ tenant, scope }, [...names])
              return [scope, new Map([...names].map((name) => [name, found.get(name)]))] as const
            }),
          ),
        )
      } catch (error) {
        return turnOff(error)
      }
    },
    put: (changes, memoryMs) => copy.put(changes, memoryMs),
    countHolders: (place, added) => copy.countHolders(place, added),
    isDue: (held, memoryMs) => !isRecent(held, memoryMs),
    refused: (problem) => topic.refused(problem),
  }
}
