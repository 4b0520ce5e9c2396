import { context } from '@opentelemetry/api'
import type { Context } from '@opentelemetry/api'
import type { LogsAnswer } from '@imchannel/infobip'
import type { LogFinding } from '../domain/known.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** Asks an account's logs about messages, many at a time: the endpoint takes 120 requests a minute. */
export interface LogLookup {
  ask(messageId: string): Promise<LogFinding>
}

export interface LogLookupOptions {
  key: string
  gate: RateLimiter
  /** Ids a request may have. */
  most: number
  /** `askers` are the traces of those who asked, in which the one request belongs. */
  fetchLogs(messageIds: readonly string[], askers: readonly Context[]): Promise<LogsAnswer>
  onThrottled(retryAfterMs: number | undefined): void
  sleep(ms: number): Promise<void>
  onError: (error: unknown) => void
}

/** Questions that come up together are asked together. */
const LINGER_MS = 100
const AFTER_ERROR_MS = 1_000

interface Asker {
  readonly resolve: (finding: LogFinding) => void
  readonly context: Context
}

export function createLogLookup(options: LogLookupOptions): LogLookup {
  const open = new Map<string, Asker[]>()
  let asking = false

  async function work(): Promise<void> {
    if (asking) return
    asking = true
    try {
      await options.sleep(LINGER_MS)
      while (open.size > 0) await options.sleep(await round())
    } finally {
      asking = false
    }
  }

  async function round(): Promise<number> {
    try {
      const { taken, waitMs } = await options.gate.take(options.key, 1)
      if (taken === 0) return waitMs
      // Taken out first: who asks from here on wants an answer that is newer than this one.
      const batch = [...open].slice(0, options.most)
      for (const [id] of batch) open.delete(id)
      const answer = await options.fetchLogs(
        batch.map(([id]) => id),
        batch.flatMap(([, askers]) => askers.map((asker) => asker.context)),
      )
      if (answer.kind === 'throttled') options.onThrottled(answer.retryAfterMs)
      for (const [id, askers] of batch) for (const { resolve } of askers) resolve(findingFor(id, answer))
      return 0
    } catch (error) {
      options.onError(error)
      return AFTER_ERROR_MS
    }
  }

  return {
    ask: (messageId) =>
      new Promise((resolve) => {
        const asker = { resolve, context: context.active() }
        const askers = open.get(messageId)
        if (askers !== undefined) {
          askers.push(asker)
          return
        }
        open.set(messageId, [asker])
        void work()
      }),
  }
}

function findingFor(id: string, answer: LogsAnswer): LogFinding {
  switch (answer.kind) {
    case 'logs':
      return answer.found.has(id) ? { kind: 'found', status: answer.found.get(id) } : { kind: 'not-found' }
    case 'throttled':
      return { kind: 'no-answer', reason: 'too many questions' }
    case 'refused-key':
      return { kind: 'no-answer', reason: `the key was refused (${answer.httpStatus})` }
    case 'no-answer':
      return { kind: 'no-answer', reason: answer.reason }
  }
}
