import { randomUUID } from 'node:crypto'
import type { ProbeAnswer } from '@imchannel/infobip'
import type { RedisClient } from '@imchannel/redis'
import type { Sign } from '../domain/after-answer.ts'
import { retryDelay } from '../domain/retry-delay.ts'

/** Why an account is out of service. */
export type OpenReason = 'unreachable' | 'key-refused' | 'account-fault'

/** `pass`: go on. `trial`: go on, alone, and tell how it went. `look`: the configuration changed; who is to send it, may have, too. */
export type Admission = 'pass' | 'trial' | 'look'

/** What Infobip limits by itself: too many reading receipts are no reason to hold messages back. */
export type EndpointClass = 'sends' | 'indicators'

/** Whether one Infobip account can be used, as all instances together know it. */
export interface CircuitBreaker {
  /** Undefined while it is well. */
  unwell(): OpenReason | undefined
  /** Resolves once the account may be used: at once while it is well, else one at a time as a trial after each good probe. */
  admit(signal: AbortSignal): Promise<Admission>
  /** A trial that ended without a request: the next one's turn. */
  unused(): void
  note(sign: Sign): void
  /** Infobip asked one class of its endpoints to be left alone, by all instances. Resolves when they know, or Redis has refused it. */
  throttle(what: EndpointClass, ms: number): Promise<void>
  /** What is left of that, ms. Also takes up what other instances found out. */
  throttledMs(what: EndpointClass): Promise<number>
  /** The configuration changed: tried at once. */
  reconsider(): void
  /** The account is not used any more; nobody waits for it. */
  close(): void
}

export interface CircuitBreakerOptions {
  redis: RedisClient
  /** `<tenant>/<account>` */
  name: string
  probe: () => Promise<ProbeAnswer>
  /** The account went out of service, or came back (`undefined`). */
  onChange: (reason: OpenReason | undefined) => void
  /** Infobip asked for its sends to be left alone, by an answer to this instance or to another one. */
  onThrottled?: () => void
  onError: (error: unknown) => void
}

/** So many failures without a success between them are no accident of single requests any more. */
const FAILURES_TO_OPEN = 5
/** Contract: a parked account is probed every 5 to 30 s. */
const FIRST_PROBE_MS = 5_000
const LONGEST_PROBE_MS = 30_000
/** What other instances found out is looked up this often while the account is used. */
const LOOK_MS = 250
/** What Redis refused is told to the other instances soon after it takes writes again. */
const TELL_AGAIN_MS = 500

interface Throttle {
  readonly key: string
  /** On this process's clock. */
  until: number
  lookedAt: number
  looking: Promise<void> | undefined
  /** Set while Redis has refused it, and it is to be told again. */
  again: NodeJS.Timeout | undefined
}

export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { redis, name, probe, onChange, onError } = options
  const keys = { open: `imc:h:{${name}}:open`, probe: `imc:h:{${name}}:probe` }
  const throttles: Record<EndpointClass, Throttle> = {
    sends: throttleAt(`imc:h:{${name}}:throttle`),
    indicators: throttleAt(`imc:h:{${name}}:throttle:indicators`),
  }
  const instance = randomUUID()
  const waiters = new Set<{ admitted(admission: Admission): void }>()
  let reason: OpenReason | undefined
  let failures = 0
  let probes = 0
  let trial: 'none' | 'offered' | 'running' = 'none'
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function open(why: OpenReason, learned: boolean): void {
    trial = 'none'
    if (!learned) void redis.set(keys.open, why, 'PX', 2 * LONGEST_PROBE_MS).catch(onError)
    if (reason === undefined) {
      reason = why
      probes = 0
      schedule(FIRST_PROBE_MS)
      onChange(why)
    } else {
      reason = why
      schedule(nextProbeMs())
    }
  }

  function close(): void {
    failures = 0
    trial = 'none'
    clearTimeout(timer)
    if (reason === undefined) return
    reason = undefined
    onChange(undefined)
    admitAll('pass')
  }

  function admitAll(admission: Admission): void {
    for (const waiter of waiters) waiter.admitted(admission)
    waiters.clear()
  }

  function nextProbeMs(): number {
    probes++
    return Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS + retryDelay(probes + 3, Math.random()))
  }

  function schedule(ms: number): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(() => void look(false), ms)
  }

  /** Looks whether another instance found the account well again; if not, probes it where it is this one's turn. */
  async function look(atOnce: boolean): Promise<void> {
    try {
      if (!atOnce && (await redis.get(keys.open)) === null && trial === 'none') return close()
      // One instance a round, or ten of them would probe ten times as often.
      const mine = atOnce || (await redis.set(keys.probe, instance, 'PX', FIRST_PROBE_MS - 500, 'NX')) === 'OK'
      if (mine) await examine()
    } catch (error) {
      onError(error)
    }
    if (reason !== undefined) schedule(nextProbeMs())
  }

  async function examine(): Promise<void> {
    const found = await probe()
    if (closed || reason === undefined) return
    switch (found) {
      case 'well':
        // A fault of the account (credit, a missing route) shows in a send alone; so does a half-dead sending path.
        if (trial === 'none') offerTrial()
        return
      case 'unreachable':
      case 'key-refused':
        open(found, false)
        return
    }
  }

  function offerTrial(): void {
    trial = 'offered'
    for (const waiter of waiters) {
      waiters.delete(waiter)
      trial = 'running'
      waiter.admitted('trial')
      return
    }
  }

  function recover(): void {
    failures = 0
    if (reason === undefined) return
    void redis.del(keys.open).catch(onError)
    close()
  }

  /** For as long as Redis refuses it: nobody else has heard what Infobip asked for. */
  async function tellOthers(throttle: Throttle): Promise<void> {
    throttle.again = undefined
    const leftMs = Math.ceil(throttle.until - performance.now())
    if (closed || leftMs <= 0) return
    try {
      if ((await redis.set(throttle.key, '1', 'PX', leftMs, 'NX')) === 'OK') return
      // Never shortened: two answers may ask for different times.
      if ((await redis.pttl(throttle.key)) < leftMs) await redis.set(throttle.key, '1', 'PX', leftMs)
    } catch (error) {
      onError(error)
      throttle.again ??= setTimeout(() => void tellOthers(throttle), TELL_AGAIN_MS).unref()
    }
  }

  async function lookAtOthers(throttle: Throttle): Promise<void> {
    const [left, why] = await Promise.all([redis.pttl(throttle.key), redis.get(keys.open)])
    throttle.lookedAt = performance.now()
    if (left > 0) {
      const isNews = throttle.until <= throttle.lookedAt
      throttle.until = Math.max(throttle.until, throttle.lookedAt + left)
      if (isNews && throttle === throttles.sends) options.onThrottled?.()
    }
    if (reason === undefined && isReason(why)) open(why, true)
  }

  return {
    unwell: () => reason,
    admit: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (closed) return resolve('look')
        if (reason === undefined) return resolve('pass')
        if (trial === 'offered') {
          trial = 'running'
          return resolve('trial')
        }
        const onAbort = (): void => {
          waiters.delete(waiter)
          reject(signal.reason)
        }
        const waiter = {
          admitted: (admission: Admission): void => {
            signal.removeEventListener('abort', onAbort)
            resolve(admission)
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiters.add(waiter)
      }),
    unused: () => {
      if (trial === 'running') offerTrial()
    },
    note: (sign) => {
      // Under its name there may be another account now.
      if (closed) return
      switch (sign) {
        case 'well':
          return recover()
        case 'failed':
          failures++
          if (reason !== undefined || failures >= FAILURES_TO_OPEN) open(reason ?? 'unreachable', false)
          return
        case 'key-refused':
        case 'account-fault':
          return open(sign, false)
      }
    },
    throttle: async (what, ms) => {
      if (closed) return
      const throttle = throttles[what]
      throttle.until = Math.max(throttle.until, performance.now() + ms)
      if (what === 'sends') options.onThrottled?.()
      if (throttle.again === undefined) await tellOthers(throttle)
    },
    throttledMs: async (what) => {
      const throttle = throttles[what]
      if (performance.now() - throttle.lookedAt >= LOOK_MS) {
        throttle.looking ??= lookAtOthers(throttle).finally(() => (throttle.looking = undefined))
        await throttle.looking
      }
      return Math.max(0, Math.ceil(throttle.until - performance.now()))
    },
    reconsider: () => {
      if (reason === undefined) return
      failures = 0
      // Their number may be another account's now.
      admitAll('look')
      void look(true)
    },
    close: () => {
      closed = true
      clearTimeout(timer)
      for (const { again } of Object.values(throttles)) clearTimeout(again)
      admitAll('look')
    },
  }
}

function throttleAt(key: string): Throttle {
  return { key, until: 0, lookedAt: 0, looking: undefined, again: undefined }
}

function isReason(text: string | null): text is OpenReason {
  return text === 'unreachable' || text === 'key-refused' || text === 'account-fault'
}
