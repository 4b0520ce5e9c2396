import { TurnEnded } from './errors.ts'

/**
 * How messages of one conversation become turns of the handler. `each`: every message has its own, one after another. `queue`: what
 * comes while a turn runs is the next turn, together. `debounce`: a turn begins when the customer has been silent for `waitMs`,
 * at the latest `maxWaitMs` after the first message. `latest`: a newer message ends the turn that runs; the next has both.
 */
export type Turns =
  'each' | 'queue' | 'latest' | { readonly kind: 'debounce'; readonly waitMs?: number; readonly maxWaitMs?: number }

/** Something that belongs into a turn of its conversation. */
export interface TurnItem {
  /** When Kafka was given it, in ms since 1970. */
  readonly timestamp: number
  /** Fires when it is no longer ours. */
  readonly signal: AbortSignal
}

export interface Turnstile<T extends TurnItem> {
  /** Resolves when the item's turn is done; rejects when it was given up. */
  add(conversation: string, item: T): Promise<void>
  /** Gives up what has not begun, and begins nothing more. */
  close(): void
}

export interface TurnstileOptions<T extends TurnItem> {
  readonly turns: Turns
  /** Turns at once, of different conversations. */
  readonly concurrency: number
  /** One turn; what it rejects with is told to each of its items. */
  readonly run: (items: readonly T[], signal: AbortSignal) => Promise<void>
}

interface Waiting<T> {
  readonly item: T
  readonly done: PromiseWithResolvers<void>
}

interface Line<T> {
  waiting: Waiting<T>[]
  running: { readonly items: readonly Waiting<T>[]; readonly abort: AbortController } | undefined
  timer: NodeJS.Timeout | undefined
  queued: boolean
}

const WAIT_MS = 1_500
const MAX_WAIT_MS = 10_000
/**
 * Debouncing goes by the times in Kafka, so that the same records make the same turns when they are read again after a crash. A record
 * may reach us so much later than its time and still be put where it belongs.
 */
const LATENESS_MS = 300

/** Shapes turns and runs them: one at a time in a conversation, `concurrency` in all, first come, first served. */
export function createTurnstile<T extends TurnItem>({ turns, concurrency, run }: TurnstileOptions<T>): Turnstile<T> {
  const lines = new Map<string, Line<T>>()
  const ready: string[] = []
  let running = 0
  let closed = false

  function review(conversation: string): void {
    const line = lines.get(conversation)
    if (line === undefined || line.queued) return
    clearTimeout(line.timer)
    line.timer = undefined
    if (closed) for (const { done } of line.waiting.splice(0)) done.reject(new TurnEnded('the bot stops'))
    if (line.running !== undefined) {
      if (turns === 'latest' && line.waiting.length > 0) {
        line.running.abort.abort(new TurnEnded('a newer message of the same customer has come'))
      }
      return
    }
    if (line.waiting.length === 0) {
      lines.delete(conversation)
      return
    }
    const waitMs = dueInMs(turns, line.waiting, Date.now())
    if (waitMs > 0) {
      line.timer = setTimeout(review, waitMs, conversation)
      return
    }
    line.queued = true
    ready.push(conversation)
    pump()
  }

  function pump(): void {
    while (running < concurrency) {
      const conversation = ready.shift()
      const line = conversation === undefined ? undefined : lines.get(conversation)
      if (conversation === undefined || line === undefined) return
      line.queued = false
      void begin(conversation, line)
    }
  }

  async function begin(conversation: string, line: Line<T>): Promise<void> {
    const items = line.waiting.splice(0, turnLength(turns, line.waiting))
    if (items.length === 0) return review(conversation)
    const abort = new AbortController()
    line.running = { items, abort }
    running++
    const signal = AbortSignal.any([abort.signal, ...items.map(({ item }) => item.signal)])
    let failure: { error: unknown } | undefined
    try {
      await run(
        items.map(({ item }) => item),
        signal,
      )
    } catch (error) {
      failure = { error }
    }
    running--
    line.running = undefined
    const superseded = abort.signal.aborted && failure?.error === abort.signal.reason
    if (superseded) line.waiting.unshift(...items.filter(({ item }) => !item.signal.aborted))
    else if (failure === undefined) for (const { done } of items) done.resolve()
    else for (const { done } of items) done.reject(failure.error)
    review(conversation)
    pump()
  }

  return {
    add: (conversation, item) => {
      const waiting: Waiting<T> = { item, done: Promise.withResolvers<void>() }
      const line = lines.get(conversation) ?? { waiting: [], running: undefined, timer: undefined, queued: false }
      lines.set(conversation, line)
      line.waiting.push(waiting)
      const giveUp = (): void => {
        const at = line.waiting.indexOf(waiting)
        if (at >= 0) line.waiting.splice(at, 1)
        // One that runs is told by its turn's signal, and ends when its handler does.
        if (at >= 0) waiting.done.reject(item.signal.reason)
        review(conversation)
      }
      if (item.signal.aborted) giveUp()
      else {
        item.signal.addEventListener('abort', giveUp, { once: true })
        review(conversation)
      }
      return waiting.done.promise.finally(() => item.signal.removeEventListener('abort', giveUp))
    },
    close: () => {
      closed = true
      for (const conversation of ready.splice(0)) {
        const line = lines.get(conversation)
        if (line !== undefined) line.queued = false
      }
      for (const conversation of lines.keys()) review(conversation)
    },
  }
}

/** How long the first turn of what waits is not due yet. */
function dueInMs(turns: Turns, waiting: readonly Waiting<TurnItem>[], now: number): number {
  if (typeof turns === 'string') return 0
  const burst = waiting.slice(0, turnLength(turns, waiting))
  // The burst is over when a message after it is there.
  if (burst.length < waiting.length) return 0
  const [first, last] = [burst[0]?.item.timestamp ?? 0, burst.at(-1)?.item.timestamp ?? 0]
  const { waitMs = WAIT_MS, maxWaitMs = MAX_WAIT_MS } = turns
  return Math.min(last + waitMs, first + maxWaitMs) + LATENESS_MS - now
}

/** How many of what waits are the next turn. */
function turnLength(turns: Turns, waiting: readonly Waiting<TurnItem>[]): number {
  if (turns === 'each') return Math.min(1, waiting.length)
  if (typeof turns === 'string') return waiting.length
  const { waitMs = WAIT_MS, maxWaitMs = MAX_WAIT_MS } = turns
  const first = waiting[0]?.item.timestamp ?? 0
  const end = waiting.findIndex(({ item }, at) => {
    const before = waiting[at - 1]?.item.timestamp ?? item.timestamp
    return item.timestamp - before > waitMs || item.timestamp - first > maxWaitMs
  })
  return end < 0 ? waiting.length : end
}
