import { expect, test } from 'vitest'
import { roomSizes } from './media-room.ts'

test.each([1, 2, 3, 40])('of %i tenants each has room of its own, and the parts are the whole', (tenants) => {
  const budget = 1_000_000_007
  const rooms = (['outbound', 'inbound'] as const).map((room) => roomSizes(room, budget, tenants))
  for (const { all, ofEachTenant, shared } of rooms) {
    expect(ofEachTenant).toBeGreaterThan(0)
    expect(ofEachTenant * tenants + shared).toBe(all)
  }
  expect(rooms.reduce((sum, { all }) => sum + all, 0)).toBeLessThanOrEqual(budget)
})
