import { within } from '@imchannel/lifecycle'
import type { ReadAnswer } from '@imchannel/infobip'
import type { AccountInUse } from '../adapters/accounts.ts'
import type { Look, ReadAccount, ReadingKind, ReadingStore } from './reading-store.ts'

/** Something that is read of an account now and then, beside sending. */
export interface Reading {
  readonly kind: ReadingKind
  /** Instead of the usual; and what a tenant's webhooks ask for brings it no sooner. */
  readonly everyMs?: number
  /** Never takes a permit to send, and says nothing of the account's health. */
  read(account: AccountInUse, signal: AbortSignal): Promise<ReadAnswer<unknown>>
}

export interface AccountReadingsOptions {
  readonly accounts: () => readonly AccountInUse[]
  readonly store: ReadingStore
  /** What can be read now. */
  readonly readings: () => readonly Reading[]
  readonly everyMs: number
  /** What all instances have read, as it stands in Redis. */
  readonly onLook: (looks: readonly (ReadAccount & Look)[]) => void
  readonly onAnswer: (account: AccountInUse, kind: ReadingKind, answer: ReadAnswer<unknown>) => void
  readonly onError: (error: unknown) => void
}

export interface AccountReadings {
  start(): void
  stop(): Promise<void>
}

/** What others have read, and what they ask for, is looked at this often. */
const LOOK_MS = 2_000
/** Three looks may fail before another instance reads. */
const LEASE_MS = 4 * LOOK_MS
/** After an answer that was none, the next question. */
const AGAIN_MS = 30_000
/** A key does not get another scope by being asked for it. */
const REFUSED_MS = 600_000
/** Webhooks come in bunches: what they ask for is read once for several. */
const ASKED_PAUSE_MS = 5_000
const STOP_MS = 3_000
/** Accounts that are read at once. */
const MOST_AT_ONCE = 4

interface Turn {
  /** By this process's clock. */
  nextAt: number
  startedAt: number
  /** The latest question that was answered, on Redis's clock. */
  answered: number
  running: boolean
  /** What the account was like when its key was refused. */
  refused: AccountInUse['settings'] | undefined
}

/** One instance reads an account, by a lease in Redis; when it is gone, another does. */
export function createAccountReadings(options: AccountReadingsOptions): AccountReadings {
  const { accounts, store, readings, everyMs, onLook, onAnswer, onError } = options
  const stopping = new AbortController()
  const turns = new Map<string, Turn>()
  const running = new Set<Promise<void>>()
  let held = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const inUse = accounts().map((account) => ({ account, tenant: account.tenant, name: nameOf(account) }))
    const names = inUse.map(({ name }) => name)
    const leases = await store.lease(names, LEASE_MS)
    held = new Set(names.filter((_name, at) => leases[at] === true))
    const looks = await store.look(inUse)
    onLook(inUse.flatMap((one, at) => (looks[at] === undefined ? [] : [{ ...one, ...looks[at] }])))
    if (stopping.signal.aborted) return
    for (const [at, { account, name }] of inUse.entries()) {
      if (!held.has(name)) continue
      for (const reading of readings()) begin(account, reading, looks[at])
    }
    forget(new Set(names))
  }

  function begin(account: AccountInUse, reading: Reading, seen: Look | undefined): void {
    const id = `${reading.kind} ${nameOf(account)}`
    const now = performance.now()
    const turn = turns.get(id) ?? { nextAt: now, startedAt: -Infinity, answered: 0, running: false, refused: undefined }
    turns.set(id, turn)
    const isAsked =
      reading.everyMs === undefined && (seen?.askedAt ?? 0) > turn.answered && now - turn.startedAt >= ASKED_PAUSE_MS
    const isChanged = turn.refused !== undefined && turn.refused !== account.settings
    const isDue = now >= turn.nextAt || isChanged || (isAsked && turn.refused === undefined)
    if (!isDue || turn.running || running.size >= MOST_AT_ONCE) return
    Object.assign(turn, { running: true, startedAt: now, answered: seen?.askedAt ?? turn.answered })
    const work = read(account, reading, turn).finally(() => {
      turn.running = false
      running.delete(work)
    })
    running.add(work)
  }

  async function read(account: AccountInUse, reading: Reading, turn: Turn): Promise<void> {
    const { settings } = account
    try {
      const answer = await reading.read(account, stopping.signal)
      turn.refused = answer.kind === 'refused-key' ? settings : undefined
      turn.nextAt = performance.now() + pauseAfter(answer, reading)
      onAnswer(account, reading.kind, answer)
    } catch (error) {
      turn.nextAt = performance.now() + AGAIN_MS
      if (!stopping.signal.aborted) onError(error)
    }
  }

  function pauseAfter(answer: ReadAnswer<unknown>, reading: Reading): number {
    switch (answer.kind) {
      case 'read':
        return reading.everyMs ?? everyMs
      case 'refused-key':
        return REFUSED_MS
      case 'throttled':
        return Math.max(AGAIN_MS, answer.retryAfterMs ?? 0)
      case 'no-answer':
        return AGAIN_MS
    }
  }

  function forget(names: ReadonlySet<string>): void {
    for (const id of turns.keys()) if (!names.has(id.slice(id.indexOf(' ') + 1))) turns.delete(id)
  }

  return {
    start: () => {
      const round = (): void => {
        looking = look()
          .catch(onError)
          .finally(() => {
            if (!stopping.signal.aborted) timer = setTimeout(round, LOOK_MS)
          })
      }
      round()
    },
    stop: async () => {
      stopping.abort()
      clearTimeout(timer)
      const ended = Promise.all([looking, ...running]).then(() => store.release([...held]))
      // Redis may be away for good: then the leases end by themselves.
      await within(ended.catch(onError), STOP_MS)
    },
  }
}

function nameOf({ tenant, settings }: AccountInUse): string {
  return `${tenant}/${settings.id}`
}
