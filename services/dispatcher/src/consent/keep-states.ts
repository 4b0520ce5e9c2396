import { setImmediate as turnEnd } from 'node:timers/promises'
import { encodeEvent } from '@imchannel/events'
import type { Topics } from '@imchannel/events'
import type { ConsentCopy } from '@imchannel/fact-store'
import type { Forgettings } from '@imchannel/facts'
import { readRange } from '@imchannel/kafka'
import type { KafkaClient, OutgoingRecord } from '@imchannel/kafka'
import type { PartitionStates } from './partition-states.ts'
import { bareRecord, partsOf, removalOf } from './to-record.ts'
import { sinceHeaders } from './tombstone.ts'

export interface KeepStatesOptions {
  client: KafkaClient
  topics: Topics
  groupId: string
  states: PartitionStates
  forgotten: Pick<Forgettings, 'forgottenUntil'>
  copy: Pick<ConsentCopy, 'remove'>
  /** Runs alone among what is done with one key. */
  inTurn: (key: string, work: () => Promise<void>) => Promise<void>
  /** Where it stands once it is stored. @throws where it is not stored, or the partition is no longer this instance's */
  store: (record: OutgoingRecord & { partition: number }) => Promise<bigint | undefined>
  signal: AbortSignal
}

/** Between two breaths: what is sent meanwhile does not wait for it. */
const AT_ONCE = 500

/** What the one writer of a partition does beside writing changes. */
export interface KeepStates {
  /** Of who was forgotten: what opted out stays, cut down to what it says, and the rest is taken away. */
  forget(partition: number): Promise<void>
  /** What a writer that had lost the partition wrote over newer records is written over in turn. */
  mend(partition: number): Promise<void>
}

export function createKeepStates(options: KeepStatesOptions): KeepStates {
  const { client, topics, groupId, states, forgotten, copy, inTurn, store, signal } = options
  const topic = topics.consent

  async function cutDown(partition: number, key: string): Promise<void> {
    const held = states.held(partition, key)
    const { tenant, from } = partsOf(key)
    const until = forgotten.forgottenUntil({ tenant, names: [from] })
    if (held === undefined || until === undefined || held.writtenAt > until) return
    const { record } = held
    if (record.state === 'optedIn') {
      await store({ topic, partition, key, value: null, headers: sinceHeaders(record) })
      states.removed(partition, key)
      await copy.remove([removalOf(key, record.since)])
    } else if (!held.isBare) {
      const offset = await store({ ...encodeEvent(bareRecord(key, record), topics), partition })
      states.stored(partition, key, { ...held, isBare: true, offset })
    }
  }

  async function writeAgain(partition: number, key: string): Promise<void> {
    const held = states.held(partition, key)
    if (held === undefined || !states.overwritten(partition).includes(key)) return
    const whole = held.isBare ? undefined : await readOne(partition, held.offset)
    const bare = encodeEvent(bareRecord(key, held.record), topics)
    const offset = await store({ ...bare, ...(whole === undefined ? {} : { value: whole }), partition })
    states.stored(partition, key, { ...held, isBare: held.isBare || whole === undefined, offset })
  }

  /** With its evidence; undefined once compaction has taken it. */
  async function readOne(partition: number, offset: bigint | undefined): Promise<Buffer | undefined> {
    if (offset === undefined) return undefined
    const edges = {
      from: { offsets: new Map([[partition, offset]]) },
      to: { offsets: new Map([[partition, offset + 1n]]) },
    }
    for await (const read of readRange(client, { topic, ...edges, groupPrefix: groupId, signal }))
      return read.value ?? undefined
    return undefined
  }

  return {
    forget: async (partition) => {
      for (const [at, key] of states.keys(partition).entries()) {
        if (at % AT_ONCE === AT_ONCE - 1) await turnEnd()
        if (isForgotten(key)) await inTurn(key, () => cutDown(partition, key))
      }
    },
    mend: async (partition) => {
      for (const key of states.overwritten(partition)) await inTurn(key, () => writeAgain(partition, key))
    },
  }

  function isForgotten(key: string): boolean {
    const { tenant, from } = partsOf(key)
    return forgotten.forgottenUntil({ tenant, names: [from] }) !== undefined
  }
}
