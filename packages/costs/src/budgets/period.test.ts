import { describe, expect, it } from 'vitest'
import { periodAt } from './period.ts'

const at = (text: string): number => Date.parse(text)

describe('periodAt', () => {
  it.each<
    [kind: 'day' | 'month', zone: string, moment: string, id: string, previous: string, endsAt: string, note: string]
  >([
    ['day', 'UTC', '2026-12-01T00:00:00Z', '2026-12-01', '2026-11-30', '2026-12-02T00:00:00Z', 'the first moment'],
    ['day', 'UTC', '2026-12-01T23:59:59.999Z', '2026-12-01', '2026-11-30', '2026-12-02T00:00:00Z', 'the last moment'],
    ['day', 'Europe/Lisbon', '2026-10-25T12:00:00Z', '2026-10-25', '2026-10-24', '2026-10-26T00:00:00Z', '25 hours'],
    ['day', 'Europe/Lisbon', '2026-03-29T00:30:00Z', '2026-03-29', '2026-03-28', '2026-03-29T23:00:00Z', '23 hours'],
    ['day', 'America/Sao_Paulo', '2026-12-01T02:00:00Z', '2026-11-30', '2026-11-29', '2026-12-01T03:00:00Z', 'west'],
    [
      'day',
      'Australia/Lord_Howe',
      '2026-04-05T00:00:00Z',
      '2026-04-05',
      '2026-04-04',
      '2026-04-05T13:30:00Z',
      '30 min',
    ],
    ['month', 'UTC', '2026-12-31T23:59:59.999Z', '2026-12', '2026-11', '2027-01-01T00:00:00Z', 'the year’s end'],
    ['month', 'Asia/Tokyo', '2026-01-31T15:00:00Z', '2026-02', '2026-01', '2026-02-28T15:00:00Z', 'the next there'],
    ['month', 'Europe/Lisbon', '2026-03-15T00:00:00Z', '2026-03', '2026-02', '2026-03-31T23:00:00Z', 'clocks change'],
    ['month', 'UTC', '2028-02-29T12:00:00Z', '2028-02', '2028-01', '2028-03-01T00:00:00Z', 'a leap year'],
  ])('of a %s in %s at %s is %s', (kind, zone, moment, id, previous, endsAt) => {
    expect(periodAt(kind, zone, at(moment))).toMatchObject({ id, previous, endsAt: at(endsAt) })
    // Asked again within and behind it.
    expect(periodAt(kind, zone, at(endsAt) - 1).id).toBe(id)
    expect(periodAt(kind, zone, at(endsAt)).previous).toBe(id)
  })

  it('refuses a zone that is none', () => {
    expect(() => periodAt('day', 'Nowhere/Else', 0)).toThrow(RangeError)
  })
})
