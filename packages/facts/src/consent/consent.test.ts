import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { carryOver, findOptOut, takeUp, type ConsentRecord, type ConsentState } from './consent.ts'
import { readConsent } from './read-consent.ts'

const none: ConsentState = new Map()
const of = (...records: ConsentRecord[]): ConsentState => records.reduce(takeUp, none)
const marketing = { category: 'MARKETING', template: 'promo' }

const keyword = { source: 'keyword', scope: 'marketing' } as const
const blocklist = { source: 'blocklist', scope: 'all' } as const
const whatsapp = { source: 'whatsapp', scope: 'marketing' } as const
const command = { source: 'command', scope: 'all' } as const

describe('consent', () => {
  test('a source lifts itself alone', () => {
    const stopped = of({ ...keyword, state: 'optedOut', since: 1 }, { ...blocklist, state: 'optedOut', since: 2 })
    const resumed = takeUp(stopped, { ...whatsapp, state: 'optedIn', since: 3 })
    expect(findOptOut(resumed, marketing)).toMatchObject({ source: 'keyword', since: 1 })
    const unblocked = takeUp(resumed, { ...blocklist, state: 'optedIn', since: 4 })
    expect(findOptOut(unblocked, {})).toBeUndefined()
    expect(findOptOut(unblocked, marketing)).toMatchObject({ source: 'keyword' })
    const commanded = takeUp(unblocked, { ...command, state: 'optedIn', since: 5 })
    expect(findOptOut(commanded, marketing)).toMatchObject({ source: 'keyword' })
    expect(findOptOut(takeUp(commanded, { ...keyword, state: 'optedIn', since: 6 }), marketing)).toBeUndefined()
  })

  test('a stop that comes again after the resume changes nothing', () => {
    const stop = { ...whatsapp, state: 'optedOut', since: 14 } as const
    const resume = { ...whatsapp, state: 'optedIn', since: 15 } as const
    expect(findOptOut(of(stop, resume, stop), marketing)).toBeUndefined()
    expect(findOptOut(of(resume, stop), marketing)).toBeUndefined()
  })

  test.each([
    ['marketing', { category: 'marketing' }, true],
    ['marketing', { category: 'UTILITY' }, false],
    ['marketing', {}, false],
    ['all', {}, true],
    ['all', { category: 'UTILITY' }, true],
  ] as const)('an opt-out of %s covers %o: %s', (scope, purpose, isCovered) => {
    const state = of({ source: 'command', scope, state: 'optedOut', since: 1 })
    expect(findOptOut(state, purpose) !== undefined).toBe(isCovered)
  })

  test('an opt-out of a template covers that template, and outlives a resume of marketing', () => {
    const template = { source: 'whatsapp', scope: 'template', template: 'promo', state: 'optedOut', since: 1 } as const
    const state = of(
      template,
      { ...whatsapp, state: 'optedOut', since: 2 },
      { ...whatsapp, state: 'optedIn', since: 3 },
    )
    expect(findOptOut(state, marketing)).toMatchObject({ scope: 'template' })
    expect(findOptOut(state, { ...marketing, template: 'other' })).toBeUndefined()
  })

  test('is the same whatever the order, repetition and delay of the records', () => {
    fc.assert(
      fc.property(fc.array(records), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (said, random) => {
        const keyed = [...said, ...said].map((record) => [Number(random.next().value), record] as const)
        const shuffled = keyed.toSorted(([a], [b]) => a - b).map(([, record]) => record)
        expect(byName(of(...shuffled))).toEqual(byName(of(...said)))
        expect(findOptOut(of(...shuffled), marketing)).toEqual(findOptOut(of(...said), marketing))
      }),
    )
  })

  test('of another person behind a known number keeps opt-outs alone', () => {
    const state = of({ ...keyword, state: 'optedOut', since: 1 }, { ...command, state: 'optedIn', since: 2 })
    expect([...carryOver(state).keys()]).toEqual(['keyword'])
  })
})

const byName = (state: ConsentState): unknown => [...state].toSorted(([a], [b]) => (a < b ? -1 : 1))

const records: fc.Arbitrary<ConsentRecord> = fc
  .record({
    source: fc.constantFrom('whatsapp', 'blocklist', 'keyword', 'command'),
    state: fc.constantFrom('optedOut', 'optedIn'),
    scope: fc.constantFrom('marketing', 'template', 'all'),
    since: fc.nat(5),
  })
  .map((record) => (record.scope === 'template' ? { ...record, template: 'promo' } : record))

describe('the record of an event', () => {
  const time = '2026-11-30T14:00:00.000Z'
  test.each([
    ['0.1.0’s stop', { status: 'STOP' }, { source: 'whatsapp', state: 'optedOut', scope: 'marketing' }],
    ['0.1.0’s resume', { status: 'resume' }, { source: 'whatsapp', state: 'optedIn' }],
    ['a block', { status: 'BLOCK', state: 'optedOut', source: 'blocklist', scope: 'all' }, { source: 'blocklist' }],
    ['a word that nobody knows', { status: 'paused' }, undefined],
    ['a state that nobody knows', { status: 'paused', state: 'unknown' }, undefined],
    ['a template without its name', { status: 'x', state: 'optedOut', scope: 'template' }, undefined],
  ] as const)('%s', (_name, event, record) => {
    const made = readConsent({ tenant: 'acme', ...event }, time)
    if (record === undefined) expect(made).toBeUndefined()
    else expect(made).toMatchObject({ ...record, since: Date.parse(time) })
  })

  test('has the provider’s own time where it is there', () => {
    expect(readConsent({ tenant: 'acme', status: 'stop', changedAt: '2026-11-30T13:00:00.000Z' }, time)?.since).toBe(
      Date.parse('2026-11-30T13:00:00.000Z'),
    )
  })
})
