import type { IncomingRecord } from '@imchannel/kafka'
import { expect, it } from 'vitest'
import { createParking } from './parking.ts'
import type { ParkingDependencies } from './parking.ts'

const PLACE = { topic: 'imchannel.outbound', partition: 0 }
const WHO = { tenant: 'acme', account: 'main', lane: 'one' }

function recordAt(offset: number): IncomingRecord {
  return { ...PLACE, offset: String(offset), timestamp: 0, key: null, value: null, headers: {} }
}

it('does not count as waiting what another member has finished', async () => {
  // `as`: what taking commands in uses of each.
  const parking = createParking({
    backlog: { tenants: async () => new Set<string>(), partitions: () => 1 },
    queue: { pending: () => 0, add: async () => [] },
    instruments: { tenantParked: () => undefined, parked: () => undefined },
    maxWaiting: () => 2,
    window: { partition: 100, all: 100 },
  } as unknown as ParkingDependencies)
  parking.assigned([PLACE])
  await new Promise((resolve) => setImmediate(resolve))
  const take = (offset: number): void => parking.intake(recordAt(offset), WHO)
  take(0)
  take(1)
  parking.left({ ...PLACE, below: 2 })
  take(2)
  take(3)
  expect(parking.parked()).toEqual([])
  take(4)
  expect(parking.parked()).toMatchObject([{ why: 'too many commands wait' }])
})
