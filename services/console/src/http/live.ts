import type { Request, Response } from 'express'
import { sendProblem } from '@imchannel/http'
import type { Taken } from '../adapters/store/write-records.ts'
import { problem } from '../errors.ts'
import type { LiveChange } from './api/lists.ts'
import type { Progress } from './api/session.ts'

/** A change is told at most so often: pages read anew what they show. */
const GATHER_MS = 250
/** Keeps proxies from taking a silent stream for a dead one, and tells how far a reading is. */
const PROGRESS_MS = 5_000
/** For so long a stream outlives a role that was taken away, or a session that was ended at another instance. */
const STREAM_MS = 5 * 60_000
const MOST_LISTENERS = 200

/** Who listens, and of what they may be told. */
export interface LiveListener {
  /** Of the console; empty for those whom it does not log in itself. */
  readonly session: string
  readonly tenants: readonly string[]
}

interface Listener extends LiveListener {
  readonly response: Response
}

export interface Live {
  /** `GET /v1/live`, until the page goes, or its session ends. */
  listen(request: Request, response: Response, listener: LiveListener): void
  /** Tells listeners what was new, each of its own tenants alone. */
  tell(taken: readonly Taken[]): void
  /** Ends the streams of a session that somebody has logged out of. */
  end(session: { readonly id: string }): void
  count(): number
  close(): void
}

export function createLive({ progress, now }: { progress: () => Progress; now: () => number }): Live {
  const listeners = new Set<Listener>()
  let gathered: Taken[] = []
  let telling: NodeJS.Timeout | undefined

  const timer = setInterval(() => {
    if (listeners.size === 0) return
    const text = eventText('progress', progress())
    for (const { response } of listeners) response.write(text)
  }, PROGRESS_MS)
  timer.unref()

  function flush(): void {
    telling = undefined
    const taken = gathered
    gathered = []
    for (const { response, tenants } of listeners) {
      const own = taken.filter(({ record }) => tenants.includes(record.tenant))
      // A page that does not read is not written to: it reads anew once it is back.
      if (own.length > 0 && !response.writableNeedDrain) response.write(eventText('change', changeOf(own, now())))
    }
  }

  return {
    listen(request, response, who) {
      if (listeners.size >= MOST_LISTENERS)
        return sendProblem(response, problem('too_many_listeners', { retryAfterS: 10 }))
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      response.write(eventText('progress', progress()))
      const listener = { response, ...who }
      listeners.add(listener)
      // The browser comes back by itself, and is asked again who it is.
      const end = setTimeout(() => response.end(), STREAM_MS)
      end.unref()
      request.once('close', () => {
        clearTimeout(end)
        listeners.delete(listener)
      })
    },
    tell(taken) {
      if (listeners.size === 0 || taken.length === 0) return
      gathered.push(...taken)
      telling ??= setTimeout(flush, GATHER_MS)
    },
    end({ id }) {
      for (const { session, response } of listeners) if (session === id && id !== '') response.end()
    },
    count: () => listeners.size,
    close() {
      clearInterval(timer)
      clearTimeout(telling)
      for (const { response } of listeners) response.end()
      listeners.clear()
    },
  }
}

/** More conversations than a page shows. */
const MOST_CONVERSATIONS = 200

function changeOf(taken: readonly Taken[], nowMs: number): LiveChange {
  const ids = new Set(taken.flatMap(({ conversation }) => conversation ?? []))
  const has = (kind: string): boolean => taken.some(({ record }) => record.kind === kind)
  return {
    at: new Date(nowMs).toISOString(),
    conversations: [...ids].slice(0, MOST_CONVERSATIONS).map(String),
    problems: taken.some(({ record }) => record.problem !== null),
    deadLetters: has('deadletter'),
    unrecognised: has('unrecognised'),
    audit: has('audit'),
  }
}

function eventText(type: string, data: unknown): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
}
