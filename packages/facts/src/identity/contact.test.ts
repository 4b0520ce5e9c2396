import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holderChanges, holderOf, isPortfolioMove, keyOf, namesOf, noContacts, seeBoth, seeName } from './contact.ts'
import type { Contacts } from './contact.ts'

const phone = '351910000042'
const first = 'PT.1'
const second = 'PT.2'
type Webhook = (contacts: Contacts) => Contacts

const by =
  (name: string, at: number): Webhook =>
  (contacts) =>
    seeName(contacts, name, at)
const both =
  (userId: string, at: number): Webhook =>
  (contacts) =>
    seeBoth(contacts, { phone, userId, at })
const after = (webhooks: readonly Webhook[]): Contacts => webhooks.reduce((known, see) => see(known), noContacts)

describe('a person’s names', () => {
  test('have the phone number as key where it was known first, and the user id where that was', () => {
    expect(keyOf(after([by(phone, 1), both(first, 2)]), first)).toBe(phone)
    const known = after([by(first, 1), both(first, 2)])
    expect([keyOf(known, phone), keyOf(known, first)]).toEqual([first, first])
  })

  test('are two people’s until a webhook shows both', () => {
    const apart = after([by(phone, 1), by(first, 2)])
    expect([keyOf(apart, phone), keyOf(apart, first)]).toEqual([phone, first])
    expect(namesOf(apart, phone)).toEqual(new Set([phone]))
  })

  test('seen at once have the phone number as key', () => {
    expect(keyOf(after([both(first, 1)]), first)).toBe(phone)
  })

  test('tell of another holder once, and who has the number now', () => {
    const known = after([both(first, 1), both(second, 5), both(second, 6), both(first, 2)])
    expect(holderChanges(known)).toEqual([{ phone, userId: second, previousUserId: first, at: 5 }])
    expect(holderOf(known, phone)).toBe(second)
    expect(keyOf(known, second)).toBe(phone)
  })

  test('are the same in every order, and doubled', () => {
    const webhooks = [by(phone, 1), by(first, 2), both(first, 3), both(second, 4), by(second, 5)]
    const wanted = told(after(webhooks))
    fc.assert(
      fc.property(fc.shuffledSubarray([...webhooks, ...webhooks], { minLength: 10 }), (order) => {
        expect(told(after(order))).toEqual(wanted)
      }),
    )
    expect(wanted).toMatchObject({ keys: [phone, phone, phone], holder: second, changes: [{ userId: second }] })
  })
})

function told(contacts: Contacts): object {
  return {
    keys: [phone, first, second].map((name) => keyOf(contacts, name)),
    holder: holderOf(contacts, phone),
    changes: holderChanges(contacts),
  }
}

const changes = (count: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) => ({
    phone: String(index),
    userId: `PT.new${index}`,
    previousUserId: `PT.old${index}`,
    at: index * everyMs,
  }))

describe('a portfolio that moved', () => {
  test('gives more than twenty customers another user id within an hour', () => {
    const moved = changes(21, 60_000)
    expect(moved.every((one) => isPortfolioMove(moved, one))).toBe(true)
  })

  test('is neither twenty of them nor as many over a day', () => {
    for (const few of [changes(20, 60_000), changes(60, 1_800_000)])
      expect(few.some((one) => isPortfolioMove(few, one))).toBe(false)
  })
})
