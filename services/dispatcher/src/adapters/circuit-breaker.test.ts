import type { RedisClient } from '@imchannel/redis'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCircuitBreaker } from './circuit-breaker.ts'
import type { CircuitBreaker, Admission, OpenReason } from './circuit-breaker.ts'

const NAME = 'acme/main'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'Date'] })
  // The longest pause between two probes, each time.
  vi.spyOn(Math, 'random').mockReturnValue(1)
  return () => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  }
})

/** A Redis of four commands on the test's clock, which several instances share. */
function memory() {
  const entries = new Map<string, { value: string; until: number }>()
  const find = (key: string) => {
    const entry = entries.get(key)
    return entry !== undefined && entry.until > Date.now() ? entry : undefined
  }
  const commands = {
    get: (key: string) => Promise.resolve(find(key)?.value ?? null),
    set: (key: string, value: string, _px: 'PX', ms: number, nx?: 'NX') => {
      if (store.refuses) return Promise.reject(new Error('OOM'))
      if (nx !== undefined && find(key) !== undefined) return Promise.resolve(null)
      entries.set(key, { value, until: Date.now() + ms })
      return Promise.resolve('OK')
    },
    del: (key: string) => Promise.resolve(Number(entries.delete(key))),
    pttl: (key: string) => Promise.resolve((find(key)?.until ?? Date.now() - 2) - Date.now()),
  }
  // `as`: these four are all that health asks of Redis.
  const store = { redis: commands as unknown as RedisClient, keys: () => [...entries.keys()], refuses: false }
  return store
}

/** @param refused what it is told of Redis, where it refuses something */
function open({ redis } = memory(), refused?: unknown[]) {
  const changes: (OpenReason | undefined)[] = []
  const probe = vi.fn<() => Promise<'well' | 'unreachable' | 'key-refused'>>(() => Promise.resolve('unreachable'))
  const errors: unknown[] = []
  const health = createCircuitBreaker({
    redis,
    name: NAME,
    probe,
    onChange: (reason) => changes.push(reason),
    onError: (error) => (refused ?? errors).push(error),
  })
  onTestFinished(() => {
    health.close()
    expect(errors).toEqual([])
  })
  return { health, changes, probe }
}

function fail(health: CircuitBreaker, times: number): void {
  for (let time = 0; time < times; time++) health.note('failed')
}

/** What those who asked were told so far, in their order. */
function ask(health: CircuitBreaker, times: number, signal = new AbortController().signal): Admission[] {
  const told: Admission[] = []
  for (let time = 0; time < times; time++)
    health.admit(signal).then(
      (one) => told.push(one),
      () => undefined,
    )
  return told
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('the circuit', () => {
  it('opens with the fifth failure in a row, and a success begins the count anew', () => {
    const { health, changes } = open()
    fail(health, 4)
    health.note('well')
    fail(health, 4)
    expect(health.unwell()).toBeUndefined()
    fail(health, 1)
    expect([health.unwell(), changes]).toEqual(['unreachable', ['unreachable']])
  })

  it.each(['key-refused', 'account-fault'] as const)('opens at once for %s', (sign) => {
    const { health } = open()
    health.note(sign)
    expect(health.unwell()).toBe(sign)
  })

  it('lets nobody through while it is open', async () => {
    const { health } = open()
    fail(health, 5)
    const told = ask(health, 3)
    await pass(120_000)
    expect(told).toEqual([])
  })

  it('is probed after 5 s, then at pauses of at most 30 s', async () => {
    const { health, probe } = open()
    fail(health, 5)
    await pass(4_999)
    expect(probe).toHaveBeenCalledTimes(0)
    await pass(1)
    expect(probe).toHaveBeenCalledTimes(1)
    const times: number[] = []
    probe.mockImplementation(() => {
      times.push(Date.now())
      return Promise.resolve('unreachable')
    })
    await pass(300_000)
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(pauses.length).toBeGreaterThan(8)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5_000)
  })

  it('takes the reason that the probe finds', async () => {
    const { health, probe } = open()
    fail(health, 5)
    probe.mockResolvedValue('key-refused')
    await pass(5_000)
    expect(health.unwell()).toBe('key-refused')
  })
})

describe('a good probe', () => {
  it('lets one through as a trial, and all once that has gone well', async () => {
    const { health, probe, changes } = open()
    fail(health, 5)
    const told = ask(health, 3)
    probe.mockResolvedValue('well')
    await pass(5_000)
    expect(told).toEqual(['trial'])
    expect(health.unwell()).toBe('unreachable')
    health.note('well')
    await pass(0)
    expect(told).toEqual(['trial', 'pass', 'pass'])
    expect(changes).toEqual(['unreachable', undefined])
    expect(await health.admit(new AbortController().signal)).toBe('pass')
  })

  it('keeps the offer for who comes later', async () => {
    const { health, probe } = open()
    fail(health, 5)
    probe.mockResolvedValue('well')
    await pass(5_000)
    const told = ask(health, 2)
    await pass(0)
    expect(told).toEqual(['trial'])
  })

  it('leads to the next one’s trial where the first made no request', async () => {
    const { health, probe } = open()
    fail(health, 5)
    const told = ask(health, 2)
    probe.mockResolvedValue('well')
    await pass(5_000)
    health.unused()
    await pass(0)
    expect(told).toEqual(['trial', 'trial'])
  })

  it('is of no use where the trial fails: a later probe offers another', async () => {
    const { health, probe } = open()
    fail(health, 5)
    const told = ask(health, 2)
    probe.mockResolvedValue('well')
    await pass(5_000)
    health.note('failed')
    await pass(0)
    expect(told).toEqual(['trial'])
    await pass(30_000)
    expect(told).toEqual(['trial', 'trial'])
  })
})

describe('who waits', () => {
  it('is let go when it is no longer wanted', async () => {
    const { health, probe } = open()
    fail(health, 5)
    const abort = new AbortController()
    const waiting = health.admit(abort.signal)
    abort.abort(new Error('not wanted'))
    await expect(waiting).rejects.toThrow('not wanted')
    await expect(health.admit(abort.signal)).rejects.toThrow('not wanted')
    const told = ask(health, 1)
    probe.mockResolvedValue('well')
    await pass(5_000)
    expect(told).toEqual(['trial'])
  })

  it('looks again when the configuration changed, and the account is probed at once', async () => {
    const { health, probe } = open()
    health.note('key-refused')
    const told = ask(health, 2)
    health.reconsider()
    await pass(0)
    expect(told).toEqual(['look', 'look'])
    expect(probe).toHaveBeenCalledTimes(1)
  })

  it('looks again when the account is used no more, which is never probed or opened then', async () => {
    const shared = memory()
    const { health, probe } = open(shared)
    fail(health, 5)
    const told = ask(health, 1)
    health.close()
    await pass(60_000)
    expect(told).toEqual(['look'])
    expect(await health.admit(new AbortController().signal)).toBe('look')
    expect(probe).not.toHaveBeenCalled()
    const before = shared.keys()
    health.note('key-refused')
    await health.throttle('sends', 5_000)
    expect(shared.keys()).toEqual(before)
  })
})

describe('several instances', () => {
  it('learn of an open circuit from each other, and of its end', async () => {
    const shared = memory()
    const [one, other] = [open(shared), open(shared)]
    fail(one.health, 5)
    await pass(1_000)
    await other.health.throttledMs('sends')
    expect(other.health.unwell()).toBe('unreachable')
    one.health.note('well')
    await pass(5_000)
    expect(other.health.unwell()).toBeUndefined()
    expect(other.changes).toEqual(['unreachable', undefined])
  })

  it('probe in turns', async () => {
    const shared = memory()
    const [one, other] = [open(shared), open(shared)]
    fail(one.health, 5)
    fail(other.health, 5)
    await pass(5_000)
    expect(one.probe.mock.calls.length + other.probe.mock.calls.length).toBe(1)
  })

  it('leave a class of endpoints alone that one was asked to, and no other class', async () => {
    const shared = memory()
    const [one, other] = [open(shared), open(shared)]
    await pass(1_000)
    await one.health.throttle('sends', 2_000)
    expect(await one.health.throttledMs('sends')).toBe(2_000)
    expect(await other.health.throttledMs('sends')).toBe(2_000)
    expect(await other.health.throttledMs('indicators')).toBe(0)
    await one.health.throttle('sends', 500)
    await pass(1_500)
    expect(await one.health.throttledMs('sends')).toBe(500)
    await one.health.throttle('sends', 5_000)
    await pass(500)
    expect(await other.health.throttledMs('sends')).toBe(4_500)
  })

  it('hear of it once Redis takes writes again, for what is left of the time', async () => {
    const shared = memory()
    const errors: unknown[] = []
    const [one, other] = [open(shared, errors), open(shared)]
    shared.refuses = true
    await one.health.throttle('sends', 10_000)
    await one.health.throttle('sends', 8_000)
    await pass(3_000)
    expect([await one.health.throttledMs('sends'), await other.health.throttledMs('sends')]).toEqual([7_000, 0])
    shared.refuses = false
    await pass(1_000)
    expect(await other.health.throttledMs('sends')).toBe(6_000)
    // One that is over by then is told to nobody.
    const told = errors.length
    shared.refuses = true
    await one.health.throttle('indicators', 1_000)
    await pass(2_000)
    shared.refuses = false
    await pass(2_000)
    expect(errors.length - told).toBe(2)
    expect(await other.health.throttledMs('indicators')).toBe(0)
  })
})
