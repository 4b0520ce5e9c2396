import { describe, expect, it } from 'vitest'
import { createAddressLimiter, perMinute } from './address-limiter.ts'
import { networkOf } from './network-of.ts'

function limiterOf(count: number) {
  const clock = { ms: 0 }
  const setting = { count }
  const limiter = createAddressLimiter({ rate: () => perMinute(setting.count), now: () => clock.ms })
  const notes = (address: string, times: number): boolean[] =>
    Array.from({ length: times }, () => limiter.note(address).ok)
  return { clock, setting, limiter, notes }
}

describe('the address limiter', () => {
  it('takes the rate at once, then as it comes back', () => {
    const { clock, limiter, notes } = limiterOf(3)
    expect(notes('192.0.2.1', 4)).toEqual([true, true, true, false])
    expect(limiter.note('192.0.2.1')).toEqual({ ok: false, retryAfterS: 20 })
    clock.ms = 20_000
    expect(notes('192.0.2.1', 2)).toEqual([true, false])
  })

  it('counts each sender alone, and a network of IPv6 as one', () => {
    const { notes } = limiterOf(1)
    expect(notes('192.0.2.1', 1)).toEqual([true])
    expect(notes('192.0.2.2', 1)).toEqual([true])
    expect(notes('2001:db8::1', 1)).toEqual([true])
    expect(notes('2001:db8:0:0:ffff::2', 1)).toEqual([false])
    expect(notes('2001:db8:0:1::1', 1)).toEqual([true])
  })

  it('takes up a changed rate', () => {
    const { setting, notes } = limiterOf(1)
    expect(notes('192.0.2.1', 2)).toEqual([true, false])
    setting.count = 100_000_000
    expect(notes('192.0.2.3', 2)).toEqual([true, true])
  })

  it('holds a bounded number of senders: the longest unused starts anew', () => {
    const { notes } = limiterOf(1)
    notes('192.0.2.1', 1)
    for (let sender = 0; sender < 10_000; sender++) notes(`sender-${sender}`, 1)
    expect(notes('192.0.2.1', 1)).toEqual([true])
    expect(notes('sender-9999', 1)).toEqual([false])
  })
})

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['1:2:3:4::', '1:2:3:4::/64'],
    ['', ''],
  ])('%s is in %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
