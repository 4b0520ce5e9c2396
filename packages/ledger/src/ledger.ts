import { createBatchedScript, RedisUnavailable, script } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import { decodeEntry, encodeIdentity, letterOf } from './entry.ts'
import type { Decoded, EntryFormat, FinalState, LedgerEntry, SendIdentity, SendState } from './entry.ts'
import { entryKey } from './entry-key.ts'
import { createReplicatedRun, DEFAULT_WAIT_REPLICAS_MS, ReplicasMissing } from './replicated-run.ts'
import { encodeDetails } from './request-details.ts'
import type { RequestDetails } from './request-details.ts'
import { LEDGER_SCRIPT, OPERATION_ARGS } from './scripts.ts'
import type { Operation } from './scripts.ts'

/** A send as its handler knows it. `messageId` is the UUID that Infobip gets. */
export interface Send {
  tenant: string
  messageId: string
  identity: SendIdentity
  /** How its next request is made: kept with the claim, where the format has room for it. */
  request?: RequestDetails
  /** Infobip holds it until then, ms: it is remembered for `memoryMs` from there on. */
  sendAt?: number
}

/** What the ledger holds, with the clock by which its times are to be read (ms, Redis's). */
export interface Look {
  held: Decoded
  now: number
}

/**
 * - `claimed`: the request may be made, by this owner, now.
 * - `held`: something stands against it: another owner, an unknown outcome, a report, a final state. Look at `held`.
 * - `exhausted`: handling ended without an end `maxStrikes` times in a row.
 */
export type ClaimVerdict = 'claimed' | 'held' | 'exhausted' | 'foreign'

/**
 * - `written`: the entry has the new state.
 * - `final`: it was final already and stays as it is. - `held`: somebody else holds it now.
 */
export type SettleVerdict = 'written' | 'final' | 'held' | 'foreign'

/**
 * The states that a claim can end in. `unknownAt`: the `at` of the unknown request that an end is said of; one that does not
 * name it is no end of it, unless it is an acceptance.
 */
export type Settlement =
  { state: 'idle' | 'unknown' } | { state: FinalState; outcome: string; unknownAt?: number | undefined }

/** The ids of a replay, by what became of each. */
export interface Cleared {
  cleared: string[]
  /** Accepted, unknown or running: never sent again. */
  kept: string[]
  absent: string[]
}

/** How a ledger is set up. */
export interface LedgerOptions {
  /** How long a send is remembered, ms (`commandMemory`). Read each time: a getter follows a configuration. */
  readonly memoryMs: number
  /** Of new entries, `1` unless all instances know `2`; a request that needs `2` has it anyway. Read each time. */
  readonly format?: EntryFormat
  /** Handlings in a row that may end without an end. */
  maxStrikes?: number
  /**
   * Replicas that must have a claim before the request is made, and an outcome before it is told; 0 asks none. `auto`: one,
   * while the server has any. Not with a cluster.
   */
  waitReplicas?: number | 'auto'
  /** How long to wait for them, ms; then the claim counts as not made and is tried again by the caller. */
  waitReplicasMs?: number
}

/** What is being sent and what became of it. All changes are compare-and-set on one key, on Redis's clock. */
export interface Ledger {
  find(tenant: string, messageId: string): Promise<Look>
  /** `judgedNotFound`: the `at` of the unknown request that Infobip was asked about and does not know. */
  claim(send: Send, owner: string, judgedNotFound?: number): Promise<Look & { verdict: ClaimVerdict }>
  /** Claims a send that the ledger has never heard of; whatever else it holds stands against it. */
  claimNew(send: Send, owner: string): Promise<Look & { verdict: Exclude<ClaimVerdict, 'exhausted'> }>
  /** Gives a claim of `claimNew` back: its request was not made, and nothing is left of it. */
  withdraw(send: Send, owner: string): Promise<void>
  /** May be repeated until it is heard: what is written already stays so. */
  settle(send: Send, owner: string, settlement: Settlement): Promise<Look & { verdict: SettleVerdict }>
  /** The outcome event is stored by Kafka. */
  reported(send: Send): Promise<void>
  /** The owner of a claim is gone: its request counts as unknown. */
  markOwnerLost(send: Send, owner: string): Promise<Look>
  /**
   * The ledger forgot this part of the past: the command counts as sent with an unknown outcome. `since`: when at the latest,
   * ms on Redis's clock; now where that is not known.
   */
  presumeUnknown(send: Send, since?: number): Promise<Look>
  /** Handling threw: counted; a request that was claimed by `owner` counts as unknown. */
  strike(send: Send, owner: string): Promise<Look>
  /**
   * The sends behind these ids, in one pipelined trip; ids that are not of this tenant's sends are absent from the map.
   * With `markSeen` (a delivery or seen report shows them) their unknown outcomes are settled in the same trip, and what
   * was refused or given up is marked as sent after all.
   */
  findByMessageIds(
    tenant: string,
    messageIds: string[],
    options?: { markSeen?: boolean },
  ): Promise<Map<string, LedgerEntry>>
  /** Lets rejected and expired commands be sent again; everything else stays. */
  clearRejected(tenant: string, messageIds: string[]): Promise<Cleared>
}

const DEFAULT_MAX_STRIKES = 3
/** An operation takes Redis some 10 µs, so a command of this many holds it up for 2 ms. */
const MOST_OPERATIONS = 200
const replicatedScript = script(LEDGER_SCRIPT)

export function createLedger(redis: RedisClient, options: LedgerOptions): Ledger {
  const { maxStrikes = DEFAULT_MAX_STRIKES, waitReplicas = 0 } = options
  const waitReplicasMs = options.waitReplicasMs ?? DEFAULT_WAIT_REPLICAS_MS
  const batch = createBatchedScript(redis, LEDGER_SCRIPT, { maxKeys: MOST_OPERATIONS })
  const replicated =
    waitReplicas === 0 ? undefined : createReplicatedRun(redis, { waitReplicas, withinMs: waitReplicasMs })

  async function run(
    operation: Operation,
    key: string,
    args: readonly (string | number)[] = [],
  ): Promise<Look & { verdict: string }> {
    const [answer] = await batch([{ key, args: argumentsOf(operation, args) }])
    return readAnswer(answer)
  }

  /** Counts only once replicas have it, where they are asked for. */
  async function runReplicated(operation: Operation, key: string, args: readonly (string | number)[]) {
    const needed = replicated?.isNeeded() ?? false
    if (replicated === undefined || !(typeof needed === 'boolean' ? needed : await needed))
      return run(operation, key, args)
    const answers = await replicated.run(replicatedScript, key, argumentsOf(operation, args))
    return readAnswer(Array.isArray(answers) ? answers[0] : undefined)
  }

  /** How long it is remembered from now on. */
  function ttlOf({ sendAt = 0 }: Send): number {
    return options.memoryMs + Math.max(0, sendAt - Date.now())
  }

  function formOf({ request }: Send): [EntryFormat, string] {
    const format = request?.form === 'fallback' ? '2' : (options.format ?? '1')
    return [format, encodeDetails(request)]
  }

  function settleArguments(
    send: Send,
    owner: string,
    {
      state,
      outcome = '',
      unknownAt = '',
    }: { state: SendState; outcome?: string; unknownAt?: number | '' | undefined },
  ) {
    return [owner, letterOf(state), encodeIdentity(send.identity), ttlOf(send), outcome, ...formOf(send), unknownAt]
  }

  /** Gives back a claim that its owner may not use, as it was found; the request has certainly not been made. */
  async function unclaim(send: Send, owner: string, state: 'idle' | 'unknown'): Promise<void> {
    await run('settle', keyOf(send), settleArguments(send, owner, { state }))
  }

  return {
    find: (tenant, messageId) => run('look', keyOf({ tenant, messageId })),

    async claim(send, owner, judgedNotFound) {
      const judged = judgedNotFound === undefined ? '' : String(judgedNotFound)
      const args = [owner, encodeIdentity(send.identity), ttlOf(send), maxStrikes, judged, ...formOf(send)]
      try {
        // `as`: the verdicts of `claim` in scripts.ts are these.
        return (await runReplicated('claim', keyOf(send), args)) as Look & { verdict: ClaimVerdict }
      } catch (error) {
        // Left standing, it would be somebody else's open request to whoever looks next, and waited for.
        if (error instanceof ReplicasMissing)
          await unclaim(send, owner, judgedNotFound === undefined ? 'idle' : 'unknown')
        throw error
      }
    },

    async claimNew(send, owner) {
      const args = [owner, encodeIdentity(send.identity), ttlOf(send), maxStrikes, '', ...formOf(send)]
      try {
        // `as`: the verdicts of `claimNew` in scripts.ts are these.
        return (await runReplicated('claimNew', keyOf(send), args)) as Awaited<ReturnType<Ledger['claimNew']>>
      } catch (error) {
        if (error instanceof ReplicasMissing) await run('withdraw', keyOf(send), [owner])
        throw error
      }
    },

    async withdraw(send, owner) {
      await run('withdraw', keyOf(send), [owner])
    },

    async settle(send, owner, settlement) {
      const args = settleArguments(send, owner, settlement)
      // What is told after it must not be forgotten by the next master; anything else is asked about again.
      const isFinal = 'outcome' in settlement
      // `as`: the verdicts of `settle` in scripts.ts are these.
      return (await (isFinal ? runReplicated : run)('settle', keyOf(send), args)) as Look & { verdict: SettleVerdict }
    },

    async reported(send) {
      await run('reported', keyOf(send), [ttlOf(send)])
    },

    markOwnerLost: (send, owner) => run('markOwnerLost', keyOf(send), [owner, ttlOf(send)]),
    presumeUnknown: (send, since) =>
      run('presumeUnknown', keyOf(send), [encodeIdentity(send.identity), ttlOf(send), since ?? '']),
    strike: (send, owner) => run('strike', keyOf(send), [owner, encodeIdentity(send.identity), ttlOf(send)]),

    async findByMessageIds(tenant, messageIds, { markSeen = false } = {}) {
      const found = new Map<string, LedgerEntry>()
      // What is asked in one tick shares one trip, on a cluster too.
      await Promise.all(
        [...new Set(messageIds)].map(async (messageId) => {
          const key = entryKey(tenant, messageId)
          if (key === undefined) return
          const held = markSeen ? (await run('markSeen', key)).held : decodeEntry(await redis.get(key))
          if (held.kind === 'entry') found.set(messageId, held.entry)
        }),
      )
      return found
    },

    async clearRejected(tenant, messageIds) {
      const result: Cleared = { cleared: [], kept: [], absent: [] }
      await Promise.all(
        [...new Set(messageIds)].map(async (messageId) => {
          const key = entryKey(tenant, messageId)
          const verdict = key === undefined ? 'absent' : (await run('clearRejected', key)).verdict
          const list = verdict === 'cleared' ? result.cleared : verdict === 'absent' ? result.absent : result.kept
          list.push(messageId)
        }),
      )
      return result
    },
  }
}

function keyOf({ tenant, messageId }: { tenant: string; messageId: string }): string {
  const key = entryKey(tenant, messageId)
  if (key === undefined) throw new TypeError(`a send's messageId is a UUID, not ${JSON.stringify(messageId)}`)
  return key
}

function argumentsOf(operation: Operation, args: readonly (string | number)[]): (string | number)[] {
  const all: (string | number)[] = [operation, ...args]
  while (all.length <= OPERATION_ARGS) all.push('')
  return all
}

function readAnswer(answer: unknown): Look & { verdict: string } {
  if (!Array.isArray(answer)) throw new TypeError('the ledger script answered something else than a list')
  const [said, stored, now]: unknown[] = answer
  const verdict = String(said)
  if (verdict.startsWith('!')) throw new RedisUnavailable(verdict.slice(1))
  return new Answer(verdict, typeof stored === 'string' ? stored : undefined, Number(now))
}

/** Of most answers nothing but the verdict is read: the entry is decoded where it is asked for. */
class Answer {
  readonly verdict: string
  readonly now: number
  readonly #stored: string | undefined
  #held: Decoded | undefined

  constructor(verdict: string, stored: string | undefined, now: number) {
    this.verdict = verdict
    this.now = now
    this.#stored = stored
  }

  get held(): Decoded {
    return (this.#held ??= decodeEntry(this.#stored))
  }
}
