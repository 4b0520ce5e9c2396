import { describe, expect, test } from 'vitest'
import type { ConsentRecord } from '../consent/consent.ts'
import { newContact, type ContactRecord, type Contacts, type Link } from './contact-record.ts'
import { IDENTITY_DOUBT_MS, isUnconfirmed, ownedSince, ownFacts } from './own-facts.ts'
import { isPortfolioMove } from './portfolio-move.ts'

const phone = '351910000042'

function contacts(links: Readonly<Record<string, Link>>): Contacts {
  const number: ContactRecord = { ...newContact(phone, 0), links: new Map(Object.entries(links)) }
  const users = Object.entries(links).map(([name, link]): ContactRecord => ({
    ...newContact(name, 0),
    links: new Map([[phone, link]]),
  }))
  return new Map([number, ...users].map((one) => [one.name, one]))
}

function said(state: 'optedIn' | 'optedOut', since: number): ConsentRecord {
  return { source: 'command', state, scope: 'marketing', since }
}

function times(count: number, everyMs: number): number[] {
  return Array.from({ length: count }, (_, at) => at * everyMs)
}

const one = contacts({ 'PT.1': { at: 10 } })
const two = contacts({ 'PT.1': { at: 10 }, 'PT.2': { at: 50 } })
const moved = contacts({ 'PT.1': { at: 10 }, 'PT.2': { at: 50, moved: true } })

describe('a person’s own', () => {
  test.each<[string, Contacts, string, Record<string, number>]>([
    ['is what was said under the name that is asked for', new Map(), phone, { [phone]: 0 }],
    ['is what was said under each name', one, phone, { [phone]: 0, 'PT.1': 0 }],
    ['likewise by the user id', one, 'PT.1', { [phone]: 0, 'PT.1': 0 }],
    ['is the number’s since it came to them', two, phone, { [phone]: 50, 'PT.2': 0, 'PT.1': Infinity }],
    ['likewise by the new user id', two, 'PT.2', { [phone]: 50, 'PT.2': 0, 'PT.1': Infinity }],
    ['is not the number’s that another has now', two, 'PT.1', { [phone]: Infinity, 'PT.1': 0, 'PT.2': Infinity }],
    ['is everything where the portfolio moved', moved, phone, { [phone]: 0, 'PT.1': 0, 'PT.2': 0 }],
    ['likewise by the user id before', moved, 'PT.1', { [phone]: 0, 'PT.1': 0, 'PT.2': 0 }],
  ])('%s', (_name, known, asked, own) => {
    expect(Object.fromEntries(ownedSince(known, asked))).toEqual(own)
  })

  test('window and opt-in are not those of who had the number before, opt-outs are', () => {
    const facts = [
      { name: phone, window: { openedAt: 20, closedAt: 15 }, consent: [said('optedIn', 20)] },
      { name: 'PT.1', window: { openedAt: 60 }, consent: [said('optedOut', 12), said('optedIn', 13)] },
      { name: 'PT.2', window: {}, consent: [] },
    ]
    // Open before the number changed hands: nobody says whether it still is.
    const maybe = { openedAt: undefined, maybeAt: 20, closedAt: undefined }
    expect(ownFacts(facts, ownedSince(two, phone))).toEqual({ window: maybe, consent: [said('optedOut', 12)] })
    expect(ownFacts(facts, ownedSince(moved, phone)).window).toMatchObject({ openedAt: 60 })
  })

  test('window opens with their own message', () => {
    const facts = [{ name: phone, window: { openedAt: 55 }, consent: [] }]
    expect(ownFacts(facts, ownedSince(two, phone)).window).toMatchObject({ openedAt: 55 })
  })
})

describe('an identity that WhatsApp refuses', () => {
  test('counts until it is confirmed, and for a day', () => {
    expect(isUnconfirmed({}, 5)).toBe(false)
    expect(isUnconfirmed({ unconfirmedAt: 5 }, 6)).toBe(true)
    expect(isUnconfirmed({ unconfirmedAt: 5 }, 5 + IDENTITY_DOUBT_MS)).toBe(false)
    expect(isUnconfirmed({ unconfirmedAt: 5, confirmedAt: 6 }, 7)).toBe(false)
    expect(isUnconfirmed({ unconfirmedAt: 8, confirmedAt: 6 }, 9)).toBe(true)
  })
})

describe('a portfolio that moved', () => {
  test('gives more than twenty customers another user id within an hour', () => {
    const many = times(21, 60_000)
    expect(many.every((at) => isPortfolioMove(many, at))).toBe(true)
  })

  test('is neither twenty of them nor as many over a day', () => {
    for (const few of [times(20, 60_000), times(60, 1_800_000)])
      expect(few.some((at) => isPortfolioMove(few, at))).toBe(false)
  })
})
