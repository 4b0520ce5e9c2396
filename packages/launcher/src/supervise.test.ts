import { describe, expect, test } from 'vitest'
import { supervise, type Running, type Supervisor } from './supervise.ts'

interface Life extends Running {
  end(code: number): void
}

function life(): Life {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; signal: null }>()
  return {
    exited: promise,
    end: (code) => resolve({ code, signal: null }),
    stop: async () => resolve({ code: 0, signal: null }),
  }
}

/** A program that does at each start what its list says: to live, or to fail with an error. */
function program(...starts: (Life | Error)[]): {
  supervisor: Supervisor
  said: string[]
  waited: number[]
  given: Promise<Error>
  clock: { now: number }
} {
  const said: string[] = []
  const waited: number[] = []
  const clock = { now: 0 }
  const given = Promise.withResolvers<Error>()
  const supervisor = supervise(
    {
      name: 'ingress',
      start: async () => {
        const next = starts.shift() ?? life()
        if (next instanceof Error) throw next
        return next
      },
    },
    {
      say: (line) => said.push(line),
      onGivenUp: given.resolve,
      now: () => clock.now,
      wait: async (ms) => {
        waited.push(ms)
      },
    },
  )
  return { supervisor, said, waited, given: given.promise, clock }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a supervised program', () => {
  test('that dies is started again, with a line that says so', async () => {
    const [first, second] = [life(), life()]
    const { supervisor, said } = program(first, second)
    await supervisor.ready
    first.end(1)
    await settled()
    expect(said).toEqual(['ingress ended (exit code 1); starting it again in 1 s'])
    await supervisor.stop()
  })

  test('that dies at start three times is given up with its error', async () => {
    const { supervisor, given, said } = program(new Error('no'), new Error('no'), new Error('port is taken'))
    await expect(supervisor.ready).rejects.toThrow('ingress ended 3 times while starting. port is taken')
    expect((await given).message).toContain('port is taken')
    expect(said).toHaveLength(2)
  })

  test('that starts at the third time is not given up, and its failures are forgotten', async () => {
    const lives = [life(), life()] as const
    const { supervisor } = program(new Error('1'), new Error('2'), lives[0], new Error('3'), new Error('4'), lives[1])
    await supervisor.ready
    lives[0].end(1)
    await settled()
    await supervisor.stop()
  })

  test('waits longer each time, up to 30 s, and from the beginning after a minute of running', async () => {
    const lives = Array.from({ length: 8 }, life)
    const { supervisor, waited, clock } = program(...lives)
    await supervisor.ready
    for (const one of lives.slice(0, 6)) {
      one.end(1)
      await settled()
    }
    expect(waited).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
    clock.now += 60_001
    lives[6]?.end(1)
    await settled()
    expect(waited.at(-1)).toBe(1_000)
    await supervisor.stop()
  })

  test('that is stopped is not started again', async () => {
    const only = life()
    const { supervisor, said } = program(only)
    await supervisor.ready
    await supervisor.stop()
    expect(said).toEqual([])
  })
})
