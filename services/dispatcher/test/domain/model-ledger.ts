import type { ClaimVerdict, LedgerEntry, SendIdentity, SettleVerdict } from '@imchannel/ledger'
import type { FormName } from '../../src/domain/gates/gate-reading.ts'

/** The ledger's operations on one entry, without a Redis: `model-ledger.test.ts` holds them to the script. */
export interface ModelLedger {
  look(id: string): LedgerEntry | undefined
  claim(id: string, owner: string, judged?: number, form?: FormName): ClaimVerdict
  claimNew(id: string, owner: string, form?: FormName): ClaimVerdict
  withdraw(id: string, owner: string): void
  settle(
    id: string,
    owner: string,
    to: { state: LedgerEntry['state']; outcome?: string; unknownAt?: number | undefined },
  ): SettleVerdict
  reported(id: string): void
  markOwnerLost(id: string, owner: string): void
  presumeUnknown(id: string, since?: number): void
  strike(id: string, owner: string): void
  markSeen(id: string): void
  /** Who writes from here on. */
  writer: string
  /** Writes so far: how far it can be set back. */
  readonly writes: number
  /** Everything as it was so many writes ago; by whom those were that are lost. */
  setBack(writes: number): string[]
}

const MOST_STRIKES = 3
const FINAL: ReadonlySet<LedgerEntry['state']> = new Set(['accepted', 'rejected', 'expired'])
const IDENTITY: SendIdentity = { commandId: 'c', from: 'f', to: 't', print: 'p' }

export function createModelLedger(now: () => number): ModelLedger {
  let entries: ReadonlyMap<string, LedgerEntry> = new Map()
  const past: { before: typeof entries; by: string }[] = []

  function keep(next: typeof entries): void {
    past.push({ before: entries, by: ledger.writer })
    entries = next
  }

  function write(id: string, entry: LedgerEntry): void {
    keep(new Map(entries).set(id, entry))
  }

  function fresh(over: Partial<LedgerEntry>): LedgerEntry {
    const empty = { state: 'idle', reported: false, owner: '', tries: 0, strikes: 0, reportSeen: false } as const
    return { ...IDENTITY, ...empty, at: now(), ...over }
  }

  function claim(id: string, owner: string, judged?: number, form?: FormName): ClaimVerdict {
    const entry = entries.get(id)
    const request = form === undefined ? {} : { request: { form } }
    const claimed = { state: 'sending', owner, at: now(), ...request } as const
    if (entry === undefined) {
      write(id, fresh({ ...claimed, tries: 1, strikes: 1 }))
      return 'claimed'
    }
    if (entry.state === 'sending' && entry.owner === owner) return 'claimed'
    if (entry.reportSeen) return 'held'
    if (entry.state !== 'idle' && !(entry.state === 'unknown' && entry.at === judged)) return 'held'
    if (entry.strikes >= MOST_STRIKES) return 'exhausted'
    write(id, { ...entry, ...claimed, tries: entry.tries + 1, strikes: entry.strikes + 1 })
    return 'claimed'
  }

  const ledger: ModelLedger = {
    writer: '',
    look: (id) => entries.get(id),
    claim,
    claimNew: (id, owner, form) => {
      const entry = entries.get(id)
      return entry !== undefined && !(entry.state === 'sending' && entry.owner === owner)
        ? 'held'
        : claim(id, owner, undefined, form)
    },
    withdraw: (id, owner) => {
      const entry = entries.get(id)
      if (entry?.state !== 'sending' || entry.owner !== owner || entry.reportSeen) return
      const left = new Map(entries)
      left.delete(id)
      keep(left)
    },
    settle: (id, owner, { state, outcome, unknownAt }) => {
      const entry = entries.get(id)
      const told = outcome === undefined ? {} : { outcome }
      if (entry === undefined) {
        const tries = state === 'unknown' || state === 'accepted' ? 1 : 0
        write(id, fresh({ state, owner, tries, ...told }))
        return 'written'
      }
      if (FINAL.has(entry.state)) {
        return entry.state === state && !entry.reported && entry.owner === owner ? 'written' : 'final'
      }
      const isEnd = state === 'rejected' || state === 'expired'
      if (entry.reportSeen && isEnd) return 'held'
      const isMine = entry.state === 'sending' && entry.owner === owner
      const isFree =
        (entry.state === 'idle' && state !== 'unknown') ||
        (entry.state === 'unknown' && isEnd && entry.at === unknownAt)
      if (state !== 'accepted' && !isMine && !isFree) return 'held'
      write(
        id,
        state === 'unknown'
          ? { ...entry, state, owner: '', strikes: 0 }
          : { ...entry, state, owner, at: now(), strikes: 0, ...told },
      )
      return 'written'
    },
    reported: (id) => {
      const entry = entries.get(id)
      if (entry === undefined || !FINAL.has(entry.state) || entry.reported) return
      const { outcome: _, ...told } = entry
      write(id, { ...told, reported: true, owner: '' })
    },
    markOwnerLost: (id, owner) => {
      const entry = entries.get(id)
      if (entry?.state === 'sending' && entry.owner === owner) write(id, { ...entry, state: 'unknown', owner: '' })
    },
    presumeUnknown: (id, since = Infinity) => {
      const entry = entries.get(id)
      const at = Math.min(since, now())
      if (entry === undefined) write(id, fresh({ state: 'unknown', tries: 1, at }))
      else if (entry.state === 'idle') write(id, { ...entry, state: 'unknown', owner: '', at: Math.max(entry.at, at) })
    },
    strike: (id, owner) => {
      const entry = entries.get(id)
      if (entry === undefined) write(id, fresh({ strikes: 1 }))
      else if (entry.state === 'idle') write(id, { ...entry, strikes: entry.strikes + 1 })
      else if (entry.state === 'sending' && entry.owner === owner) write(id, { ...entry, state: 'unknown', owner: '' })
    },
    markSeen: (id) => {
      const entry = entries.get(id)
      if (entry !== undefined && !entry.reportSeen && entry.state !== 'accepted')
        write(id, { ...entry, reportSeen: true })
    },
    get writes() {
      return past.length
    },
    setBack: (writes) => {
      const lost = past.splice(-writes)
      entries = lost[0]?.before ?? entries
      return lost.map(({ by }) => by)
    },
  }
  return ledger
}
