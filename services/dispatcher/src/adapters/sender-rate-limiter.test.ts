import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createSemaphore } from './semaphore.ts'
import { createSenderRateLimiter } from './sender-rate-limiter.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Permit } from './sender-rate-limiter.ts'

const never = new AbortController().signal
const reply = () => 0

/** A sender with so many permits left in a window that does not end before `nextWindow`. */
function pacerWith({ permits, slots = 10, bulkGate }: { permits: number; slots?: number; bulkGate?: RateLimiter }) {
  let left = permits
  let throttledMs = 0
  let paused = Promise.withResolvers<void>()
  const room = createSemaphore(slots)
  const pacer = createSenderRateLimiter({
    key: 'acme:447860099299',
    gate: () => ({
      most: 4,
      take: async (_key, wanted) => {
        const taken = Math.min(wanted, left)
        left -= taken
        return { taken, waitMs: 40 }
      },
    }),
    bulkGate: () => bulkGate,
    slots: room,
    throttledMs: async () => throttledMs,
    sleep: () => paused.promise,
    onError: (error) => {
      throw error
    },
  })
  return {
    pacer,
    room,
    throttle: (ms: number) => {
      throttledMs = ms
    },
    nextWindow: () => {
      left = permits
      paused.resolve()
      paused = Promise.withResolvers()
    },
  }
}

const kindOf = (permit: Permit | undefined): string =>
  permit === undefined ? 'none' : permit === 'unwell' ? permit : 'slot'

describe('a permit at once', () => {
  it('is given where there is one, and refused where there is none before the next window', async () => {
    const { pacer, room } = pacerWith({ permits: 2 })
    const permits = await Promise.all([1, 2, 3].map(() => pacer.acquireAtOnce(reply)))
    expect(permits.map(kindOf)).toEqual(['slot', 'slot', 'none'])
    expect(kindOf(await pacer.acquireAtOnce(reply))).toBe('none')
    expect(room.open()).toBe(2)
  })

  it('is not waited for, while who waits keeps the place', async () => {
    const { pacer, nextWindow } = pacerWith({ permits: 1 })
    await pacer.acquireAtOnce(reply)
    const waits = pacer.acquire(never, reply)
    expect(kindOf(await pacer.acquireAtOnce(reply))).toBe('none')
    expect(pacer.waiting()).toBe(1)
    nextWindow()
    expect(kindOf(await waits)).toBe('slot')
  })

  it('is refused where no request may be opened', async () => {
    const { pacer, room } = pacerWith({ permits: 4, slots: 1 })
    const [held] = await room.take(1, never)
    expect(kindOf(await pacer.acquireAtOnce(reply))).toBe('none')
    held?.release()
    expect(kindOf(await pacer.acquireAtOnce(reply))).toBe('slot')
  })

  it('ends with an account that is unwell', async () => {
    const { pacer } = pacerWith({ permits: 1 })
    const asked = pacer.acquireAtOnce(reply)
    pacer.interrupt()
    expect(await asked).toBe('unwell')
  })
})

describe('a permit that is waited for', () => {
  it('is not given with the slot of a request that was answered 429, but when the account’s time is over', async () => {
    const { pacer, room, throttle, nextWindow } = pacerWith({ permits: 4, slots: 1 })
    const [held] = await room.take(1, never)
    let permit: Permit | undefined
    const waits = pacer.acquire(never, reply).then((given) => (permit = given))
    await setImmediate()
    throttle(4_000)
    held?.release()
    await setImmediate()
    expect(permit).toBeUndefined()
    expect(room.open()).toBe(0)
    throttle(0)
    nextWindow()
    expect(kindOf(await waits)).toBe('slot')
  })
})

describe('permits of several classes', () => {
  it('go to replies first, then to notifications, then to bulk', async () => {
    const { pacer, nextWindow } = pacerWith({ permits: 12, slots: 12 })
    const served: string[] = []
    const ask = (name: string, rank: number) => pacer.acquire(never, () => rank).then(() => served.push(name))
    const asked = [2, 1, 0].flatMap((rank) => Array.from({ length: 4 }, (_, at) => ask(`${rank}${at}`, rank)))
    while (served.length < asked.length) {
      nextWindow()
      await setImmediate()
    }
    expect(served).toEqual(['00', '01', '02', '03', '10', '11', '12', '13', '20', '21', '22', '23'])
  })

  it('go by the class that a command is lent meanwhile', async () => {
    const { pacer, nextWindow } = pacerWith({ permits: 1 })
    await pacer.acquireAtOnce(reply)
    const served: string[] = []
    let lent = 2
    const waits = [
      pacer.acquire(never, () => 2).then(() => served.push('bulk')),
      pacer.acquire(never, () => lent).then(() => served.push('lent')),
    ]
    lent = 0
    nextWindow()
    await Promise.race(waits)
    expect(served).toEqual(['lent'])
  })

  it('are bulk’s only as far as it may, and a reply that comes meanwhile does not wait for that', async () => {
    let leave = 2
    const bulkGate: RateLimiter = {
      most: 2,
      take: async (_key, wanted) => {
        const taken = Math.min(wanted, leave)
        leave -= taken
        return { taken, waitMs: 500 }
      },
    }
    const { pacer } = pacerWith({ permits: 10, bulkGate })
    const served: string[] = []
    for (const at of [0, 1, 2, 3]) void pacer.acquire(never, () => 2).then(() => served.push(`bulk ${at}`))
    while (served.length < 2) await setImmediate()
    await pacer.acquire(never, reply).then(() => served.push('reply'))
    expect(served).toEqual(['bulk 0', 'bulk 1', 'reply'])
    expect(pacer.waiting()).toBe(2)
  })

  it('are left by bulk that waits alone, one of each window and for a moment, to who is more urgent elsewhere', async () => {
    const { pacer, nextWindow } = pacerWith({ permits: 4 })
    const served: string[] = []
    for (const at of [0, 1, 2, 3, 4]) void pacer.acquire(never, () => 2).then(() => served.push(`bulk ${at}`))
    while (served.length < 3) await setImmediate()
    await setImmediate()
    expect(served).toHaveLength(3)
    nextWindow()
    while (served.length < 5) await setImmediate()
  })
})
