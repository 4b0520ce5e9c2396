import { beforeEach, expect, it, vi } from 'vitest'
import { createLogger } from './create-logger.ts'
import { createTroubleLog } from './trouble-log.ts'

const lines: string[] = []
const log = createLogger({
  service: 'test',
  format: 'classic',
  level: 'info',
  privacy: 'none',
  write: (text) => lines.push(text),
})

beforeEach(() => {
  lines.length = 0
  vi.useFakeTimers()
  return () => void vi.useRealTimers()
})

const misconf = (script: string, at: number): Error =>
  new Error(`MISCONF Redis cannot save. script: ${script.repeat(40)}, on @user_script:${at}.`)

it('says what begins at once, and the count when it is over', () => {
  const trouble = createTroubleLog(log, { fn: 'redis', about: 'Redis' })
  for (let at = 0; at < 500; at++) {
    trouble(misconf(at % 2 === 0 ? 'a' : 'b', at))
    vi.advanceTimersByTime(100)
  }
  expect(lines).toEqual([
    `[IMCHANNEL] [redis] [WARN] Redis: MISCONF Redis cannot save. script: ${'a'.repeat(40)}, on @user_script:0.`,
  ])
  vi.advanceTimersByTime(20_000)
  expect(lines.slice(1)).toEqual(['[IMCHANNEL] [redis] Redis: no failure for 10 s, after 500 in 50 s'])
  expect(vi.getTimerCount()).toBe(0)
})

it('says another reason as soon as it comes up, and each of them once', () => {
  const trouble = createTroubleLog(log, { fn: 'redis', about: 'Redis' })
  for (const text of ['connect ECONNREFUSED', 'READONLY', 'connect ECONNREFUSED', 'READONLY']) trouble(new Error(text))
  expect(lines.map((text) => text.split('Redis: ')[1])).toEqual(['connect ECONNREFUSED', 'READONLY'])
})

it('says the same trouble again where it comes back', () => {
  const trouble = createTroubleLog(log, { fn: 'redis', about: 'Redis' })
  trouble('away')
  vi.advanceTimersByTime(10_000)
  trouble('away')
  expect(lines.map((text) => text.split('Redis: ')[1])).toEqual(['away', 'no failure for 10 s, after 1 in 0 s', 'away'])
})

it('tells no end of texts', () => {
  const trouble = createTroubleLog(log, { fn: 'redis', about: 'Redis' })
  for (const letter of 'abcdefghijklmnop') trouble(`reason ${letter}`)
  expect(lines).toHaveLength(10)
})
