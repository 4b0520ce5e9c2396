import { describe, expect, it } from 'vitest'
import { createClock, type Clock } from './clock.ts'

const stopped = (now = 0): Clock =>
  createClock({
    now,
    running: false,
    onError: (error) => {
      throw error
    },
  })

describe('a clock', () => {
  it('runs what falls due in order, each at its own time', async () => {
    const clock = stopped()
    const ran: [string, number][] = []
    clock.schedule(30, () => void ran.push(['late', clock.now()]))
    clock.schedule(10, () => void ran.push(['early', clock.now()]))
    clock.schedule(10, () => void ran.push(['early too', clock.now()]))
    clock.schedule(31, () => void ran.push(['not yet', clock.now()]))
    await clock.advance(30)
    expect(ran).toEqual([
      ['early', 10],
      ['early too', 10],
      ['late', 30],
    ])
    expect([clock.now(), clock.pending()]).toEqual([30, { count: 1, nextAt: 31 }])
  })

  it('also runs what was scheduled on the way, and waits for its end', async () => {
    const clock = stopped()
    const ran: number[] = []
    clock.schedule(1, async () => {
      await Promise.resolve()
      clock.schedule(2, () => void ran.push(clock.now()))
    })
    await clock.advance(5)
    expect(ran).toEqual([2])
  })

  it('takes back what is not to be', async () => {
    const clock = stopped()
    let ran = 0
    const many = Array.from({ length: 100 }, (_, i) => clock.schedule(100 - i, () => void ran++))
    for (const takeBack of many.filter((_, i) => i % 2 === 0)) takeBack()
    await clock.advance(100)
    expect(ran).toBe(50)
  })

  it('runs at once what is due, also while it stands', async () => {
    const clock = stopped(1_000)
    await new Promise<void>((resolve) => void clock.schedule(1_000, resolve))
    expect(clock.now()).toBe(1_000)
  })

  it('passes with real time while it runs, and not while it stands', () => {
    let real = 0
    const clock = createClock({ now: 500, onError: () => undefined, realNow: () => real })
    real = 70
    expect(clock.now()).toBe(570)
    clock.setRunning(false)
    real = 900
    expect(clock.now()).toBe(570)
    clock.setRunning(true)
    real = 910
    expect(clock.now()).toBe(580)
  })

  it('goes on after a task that fails, and says so', async () => {
    const errors: unknown[] = []
    const clock = createClock({ now: 0, running: false, onError: (error) => errors.push(error) })
    clock.schedule(1, () => {
      throw new Error('broken')
    })
    let ran = false
    clock.schedule(2, () => void (ran = true))
    await clock.advance(2)
    expect([ran, errors.map(String)]).toEqual([true, ['Error: broken']])
  })
})
