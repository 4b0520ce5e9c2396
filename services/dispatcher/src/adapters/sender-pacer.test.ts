import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRequestSlots } from './request-slots.ts'
import { createSenderPacer } from './sender-pacer.ts'
import type { Permit } from './sender-pacer.ts'

const never = new AbortController().signal

/** A sender with so many permits left in a window that does not end before `nextWindow`. */
function pacerWith({ permits, slots = 10 }: { permits: number; slots?: number }) {
  let left = permits
  let throttledMs = 0
  const paused = Promise.withResolvers<void>()
  const room = createRequestSlots(slots)
  const pacer = createSenderPacer({
    key: 'acme:447860099299',
    gate: () => ({
      most: 4,
      take: async (_key, wanted) => {
        const taken = Math.min(wanted, left)
        left -= taken
        return { taken, waitMs: 40 }
      },
    }),
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
    },
  }
}

const kindOf = (permit: Permit | undefined): string =>
  permit === undefined ? 'none' : permit === 'unwell' ? permit : 'slot'

describe('a permit at once', () => {
  it('is given where there is one, and refused where there is none before the next window', async () => {
    const { pacer, room } = pacerWith({ permits: 2 })
    const permits = await Promise.all([1, 2, 3].map(() => pacer.acquireAtOnce()))
    expect(permits.map(kindOf)).toEqual(['slot', 'slot', 'none'])
    expect(kindOf(await pacer.acquireAtOnce())).toBe('none')
    expect(room.open()).toBe(2)
  })

  it('is not waited for, while who waits keeps the place', async () => {
    const { pacer, nextWindow } = pacerWith({ permits: 1 })
    await pacer.acquireAtOnce()
    const waits = pacer.acquire(never)
    expect(kindOf(await pacer.acquireAtOnce())).toBe('none')
    expect(pacer.waiting()).toBe(1)
    nextWindow()
    expect(kindOf(await waits)).toBe('slot')
  })

  it('is refused where no request may be opened', async () => {
    const { pacer, room } = pacerWith({ permits: 4, slots: 1 })
    const [held] = await room.take(1, never)
    expect(kindOf(await pacer.acquireAtOnce())).toBe('none')
    held?.release()
    expect(kindOf(await pacer.acquireAtOnce())).toBe('slot')
  })

  it('ends with an account that is unwell', async () => {
    const { pacer } = pacerWith({ permits: 1 })
    const asked = pacer.acquireAtOnce()
    pacer.interrupt()
    expect(await asked).toBe('unwell')
  })
})

describe('a permit that is waited for', () => {
  it('is not given with the slot of a request that was answered 429, but when the account’s time is over', async () => {
    const { pacer, room, throttle, nextWindow } = pacerWith({ permits: 4, slots: 1 })
    const [held] = await room.take(1, never)
    let permit: Permit | undefined
    const waits = pacer.acquire(never).then((given) => (permit = given))
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
