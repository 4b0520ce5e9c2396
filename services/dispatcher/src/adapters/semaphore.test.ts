import { describe, expect, it } from 'vitest'
import { createSemaphore } from './semaphore.ts'
import type { Slot } from './semaphore.ts'
import { Abandoned } from './wait.ts'

const never = new AbortController().signal

describe('request slots', () => {
  it('give what is free and never more than there are', async () => {
    const slots = createSemaphore(3)
    expect(await slots.take(2, never)).toHaveLength(2)
    expect(await slots.take(2, never)).toHaveLength(1)
    expect(slots.open()).toBe(3)
  })

  it('go to who waits, one each, in the order in which they came', async () => {
    const slots = createSemaphore(2)
    const held = await slots.take(2, never)
    const served: string[] = []
    const waiters = ['first', 'second'].map(async (name) => {
      const taken = await slots.take(9, never)
      served.push(`${name} ${taken.length}`)
      return taken
    })
    for (const slot of held) slot.release()
    await Promise.all(waiters)
    expect(served).toEqual(['first 1', 'second 1'])
    expect(slots.open()).toBe(2)
  })

  it('are given back once, however often they are released', async () => {
    const slots = createSemaphore(1)
    const [slot] = await slots.take(1, never)
    slot?.release()
    slot?.[Symbol.dispose]()
    expect(slots.open()).toBe(0)
    expect(await slots.take(2, never)).toHaveLength(1)
  })

  it('pass over who left while it waited', async () => {
    const slots = createSemaphore(1)
    const [slot] = await slots.take(1, never)
    const leaving = new AbortController()
    const left = slots.take(1, leaving.signal)
    const stays: Promise<Slot[]> = slots.take(1, never)
    leaving.abort()
    await expect(left).rejects.toThrow(Abandoned)
    slot?.release()
    expect(await stays).toHaveLength(1)
    await expect(slots.take(1, leaving.signal)).rejects.toThrow(Abandoned)
  })

  it('go to the most urgent who wait, and each tenth to bulk', async () => {
    const slots = createSemaphore(1)
    let [held] = await slots.take(1, never)
    const served: number[] = []
    const take = async (rank: number) => {
      ;[held] = await slots.take(1, never, rank)
      served.push(rank)
    }
    const waiting = [2, 2, ...Array.from({ length: 10 }, () => 1), 0].map(take)
    for (let given = 0; given < waiting.length; given++) {
      held?.release()
      await new Promise(setImmediate)
    }
    await Promise.all(waiting)
    expect(served).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2])
  })
})
