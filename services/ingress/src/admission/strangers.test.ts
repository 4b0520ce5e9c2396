import { expect, test } from 'vitest'
import { createStrangers } from './strangers.ts'

const MIB = 1024 * 1024
const of = (network: string, tenant = 'acme') => ({ network, tenant })

test('large bodies of one address leave room for those of others, and all for small ones', () => {
  const strangers = createStrangers(() => 64 * MIB)
  const taken = Array.from({ length: 4 }, () => strangers.open(of('192.0.2.1'))).filter((one) => one.take(16 * MIB))
  expect(taken).toHaveLength(1)
  expect(strangers.open(of('192.0.2.2', 'other')).take(16 * MIB)).toBe(true)
  expect(strangers.open(of('192.0.2.1')).take(MIB)).toBe(true)
})

test('a body that grows beyond a small one moves, and gives everything back', () => {
  const strangers = createStrangers(() => 64 * MIB)
  const body = strangers.open(of('192.0.2.1'))
  for (let part = 0; part < 40; part++) expect(body.take(MIB / 4)).toBe(true)
  expect(strangers.used()).toBe(10 * MIB)
  body.close()
  expect(strangers.used()).toBe(0)
})

test('one tenant’s URL does not take all either', () => {
  const strangers = createStrangers(() => 64 * MIB)
  let taken = 0
  for (let sender = 0; sender < 100; sender++) if (strangers.open(of(`192.0.2.${sender}`)).take(MIB)) taken++
  expect(taken).toBeLessThan(16)
  expect(strangers.open(of('198.51.100.1', 'other')).take(MIB)).toBe(true)
})
