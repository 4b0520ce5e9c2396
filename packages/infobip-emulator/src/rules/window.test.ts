import { describe, expect, it } from 'vitest'
import { aged, answersAd, isFreeByAd, isOpen, reopened } from './window.ts'
import { isMarketingUncapped, isUnitedStates } from './markets.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const AT = Date.parse('2026-10-24T12:00:00Z')
const message = { openedAt: AT, openedBy: 'message' } as const

describe('a window', () => {
  it.each([
    [AT, true],
    [AT + DAY - 1, true],
    [AT + DAY, false],
    [AT + DAY + 1, false],
  ])('opened at noon is open at %i: %s', (now, open) => {
    expect(isOpen(message, now, DAY)).toBe(open)
  })

  it('that nobody opened is not', () => {
    expect(isOpen(undefined, AT, DAY)).toBe(false)
  })

  it('has 86,400 seconds on the day on which clocks go back, too', () => {
    const beforeTheChange = { ...message, openedAt: Date.parse('2026-10-25T00:30:00+02:00') }
    expect(isOpen(beforeTheChange, Date.parse('2026-10-25T23:29:59+01:00'), DAY)).toBe(true)
    expect(isOpen(beforeTheChange, Date.parse('2026-10-25T23:30:00+01:00'), DAY)).toBe(false)
  })

  it('moves on by a call, and never back', () => {
    const called = reopened(message, { openedAt: AT + 20 * HOUR, openedBy: 'call' })
    expect(called).toEqual({ openedAt: AT + 20 * HOUR, openedBy: 'call' })
    expect(reopened(called, message)).toEqual(called)
  })

  it('is as old as it is told, the ad with it', () => {
    const customer = { id: '1', readReceipts: true, online: true, windows: { a: { ...message, adAt: AT }, b: message } }
    expect(aged(customer, 'a', DAY)).toEqual({ ...message, openedAt: AT - DAY, adAt: AT - DAY })
    expect(aged(customer, 'c', DAY)).toBeUndefined()
  })
})

describe('an ad', () => {
  const came = { ...message, adAt: AT }

  it('is answered within 24 hours, once', () => {
    expect([answersAd(came, AT + DAY - 1), answersAd(came, AT + DAY)]).toEqual([true, false])
    expect(answersAd({ ...came, adAnsweredAt: AT + 1 }, AT + 2)).toBe(false)
    expect(answersAd(message, AT)).toBe(false)
  })

  it('makes 72 hours from the answer free, whatever the window is', () => {
    const answered = { ...came, adAnsweredAt: AT + HOUR }
    expect([isFreeByAd(answered, AT + 73 * HOUR - 1), isFreeByAd(answered, AT + 73 * HOUR)]).toEqual([true, false])
  })

  it('that comes again is answered again, and what was free stays so until then', () => {
    const again = reopened(
      { ...came, adAnsweredAt: AT + HOUR },
      { ...message, openedAt: AT + 60 * HOUR, adAt: AT + 60 * HOUR },
    )
    expect([answersAd(again, AT + 61 * HOUR), isFreeByAd(again, AT + 61 * HOUR)]).toEqual([true, true])
    // A message without an ad takes nothing of it away.
    expect(reopened(again, { ...message, openedAt: AT + 62 * HOUR })).toEqual({ ...again, openedAt: AT + 62 * HOUR })
  })
})

describe('marketing', () => {
  it.each([
    ['351910000042', true, false],
    ['447860099299', true, false],
    ['819012345678', true, false],
    ['5511987654321', false, false],
    ['12125550123', false, true],
    ['14165550123', false, false],
    ['18765550123', false, false],
  ])('to %s is uncapped: %s, and to the United States: %s', (number, uncapped, american) => {
    expect([isMarketingUncapped(number), isUnitedStates(number)]).toEqual([uncapped, american])
  })
})
