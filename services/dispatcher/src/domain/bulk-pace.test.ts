import { describe, expect, it } from 'vitest'
import { createBulkPace } from './bulk-pace.ts'

describe('the share of bulk', () => {
  it('is all of it without trouble', () => {
    expect(createBulkPace().share(1_000_000, 'HIGH')).toBe(100)
    expect(createBulkPace().share(1_000_000, undefined)).toBe(100)
  })

  it('is halved by each trouble down to a tenth, once for those that come together, and grows by steps', () => {
    const pace = createBulkPace()
    const shares = [0, 500, 1_500, 3_000, 4_500, 6_000].map((at) => {
      pace.cut(at)
      return pace.share(at, undefined)
    })
    expect(shares).toEqual([50, 50, 25, 10, 10, 10])
    expect([15_999, 16_000, 26_000, 196_000, 500_000].map((at) => pace.share(at, undefined))).toEqual([
      10, 15, 20, 100, 100,
    ])
  })

  it('falls with the number’s rating, and grows by steps once that is better', () => {
    const pace = createBulkPace()
    expect(['HIGH', 'MEDIUM', 'LOW'].map((rating) => pace.share(0, rating))).toEqual([100, 50, 10])
    expect([pace.share(10_000, 'HIGH'), pace.share(20_000, 'MEDIUM'), pace.share(500_000, 'MEDIUM')]).toEqual([
      15, 20, 50,
    ])
  })
})
