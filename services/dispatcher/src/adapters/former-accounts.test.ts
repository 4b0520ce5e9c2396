import { accountHash } from '@imchannel/ledger'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AccountInUse } from './accounts.ts'
import { createFormerAccounts } from './former-accounts.ts'

const MINUTE = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  return () => vi.useRealTimers()
})

function account(baseUrl: string, unknownAfterMs = MINUTE): AccountInUse {
  // `as`: nothing else of an account is looked at here.
  return { tenant: 'acme', settings: { baseUrl, unknownAfterMs } } as AccountInUse
}

function open() {
  const unused: AccountInUse[] = []
  const formers = createFormerAccounts((one) => unused.push(one))
  onTestFinished(() => formers.close())
  const find = (ageMs: number, hash?: string, tenant = 'acme') =>
    formers.findMaker({ tenant, number: '1', ageMs, hash })
  return { formers, unused, find }
}

describe('the maker of a request', () => {
  it('is who had the number when it was made', () => {
    const { formers, find } = open()
    const [first, second] = [account('https://first'), account('https://second')]
    vi.advanceTimersByTime(10_000)
    formers.add({ tenant: 'acme', number: '1', account: first })
    vi.advanceTimersByTime(10_000)
    formers.add({ tenant: 'acme', number: '1', account: second })
    vi.advanceTimersByTime(10_000)
    expect(find(25_000)).toBe(first)
    expect(find(15_000)).toBe(second)
    expect(find(5_000)).toBeUndefined()
    expect(find(25_000, undefined, 'other')).toBeUndefined()
  })

  it('is who its entry names, whenever it was made', () => {
    const { formers, find } = open()
    const [first, second] = [account('https://first'), account('https://second')]
    formers.add({ tenant: 'acme', number: '1', account: first })
    formers.add({ tenant: 'acme', number: '1', account: second })
    vi.advanceTimersByTime(10_000)
    expect(find(0, accountHash('https://first'))).toBe(first)
    expect(find(20_000, accountHash('https://second'))).toBe(second)
    expect(find(20_000, accountHash('https://third'))).toBeUndefined()
    expect(find(20_000, accountHash('https://first'), 'other')).toBeUndefined()
  })

  it.each([
    ['ten minutes after it was last asked', MINUTE, 10],
    ['after twice the time in which its requests are judged, where that is longer', 30 * MINUTE, 60],
  ])('is forgotten %s', (_when, unknownAfterMs, minutes) => {
    const { formers, unused, find } = open()
    const one = account('https://first', unknownAfterMs)
    formers.add({ tenant: 'acme', number: '1', account: one })
    vi.advanceTimersByTime(5 * MINUTE)
    expect(find(6 * MINUTE)).toBe(one)
    vi.advanceTimersByTime((minutes - 1) * MINUTE)
    expect([formers.has(one), unused]).toEqual([true, []])
    vi.advanceTimersByTime(2 * MINUTE)
    expect([formers.has(one), unused]).toEqual([false, [one]])
  })
})
