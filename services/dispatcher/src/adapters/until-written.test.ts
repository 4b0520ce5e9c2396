import { RedisUnavailable } from '@imchannel/redis'
import { expect, it, vi } from 'vitest'
import { untilWritten } from './until-written.ts'

const refused = (): never => {
  throw new RedisUnavailable('OOM')
}

function setUp() {
  const abandoned = new AbortController()
  const onRefused = vi.fn<(error: RedisUnavailable) => void>()
  return { abandoned, onRefused, options: { signal: abandoned.signal, onRefused } }
}

it('is no cover for a bug', async () => {
  const { options } = setUp()
  const bug = new TypeError('no such thing')
  await expect(untilWritten(() => Promise.reject(bug), options)).rejects.toBe(bug)
})

it('takes what is written, whether or not the work is wanted here any more', async () => {
  const { abandoned, options } = setUp()
  abandoned.abort()
  expect(await untilWritten(async () => 'written', options)).toBe('written')
})

it('says each refusal', async () => {
  const { abandoned, onRefused, options } = setUp()
  let tries = 0
  expect(await untilWritten(async () => (tries++ === 0 ? refused() : 'written'), options).catch(String)).toBe('written')
  expect([onRefused.mock.calls.length, abandoned.signal.aborted]).toEqual([1, false])
})
