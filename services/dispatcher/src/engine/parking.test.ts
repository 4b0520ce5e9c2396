import { headerOf } from '@imchannel/kafka'
import type { IncomingRecord, OutgoingRecord } from '@imchannel/kafka'
import { expect, it } from 'vitest'
import type { AccountInUse } from '../adapters/accounts.ts'
import { createParking } from './parking.ts'
import type { ParkingDependencies } from './parking.ts'
import type { Work } from './work.ts'

const PLACE = { topic: 'imchannel.outbound', partition: 0 }
const WHO = { tenant: 'acme', account: 'main', lane: 'one', rank: 2 }

function recordAt(offset: number): IncomingRecord {
  return { ...PLACE, offset: String(offset), timestamp: 0, key: null, value: null, headers: {} }
}

// `as`, both: what parking uses of a command and of an account.
const workOf = (record: IncomingRecord) =>
  ({ record, signal: new AbortController().signal, rank: () => 2 }) as unknown as Work
const accountThatIs = (unwell?: string) => ({ health: { unwell: () => unwell } }) as unknown as AccountInUse

/** Of who has no more than two waiting in a partition, unless more are told. */
async function openParking(maxWaiting = 2) {
  let polls = 0
  const drained = { end: 0n, committed: 0n }
  const copied: string[] = []
  // `as`: what taking commands in uses of each.
  const parking = createParking({
    backlog: { undrained: async () => new Set<string>(), partitions: () => 1, look: async () => ({ ...drained }) },
    queue: {
      pending: () => 0,
      add: async (copies: readonly OutgoingRecord[]) => {
        copied.push(...copies.map((copy) => String(headerOf(copy, 'imchannel-source-offset'))))
        return copies.map(() => true)
      },
    },
    instruments: { tenantParked: () => undefined, parked: () => undefined, waiting: () => undefined },
    maxWaiting: () => maxWaiting,
    window: { partition: 100, all: 100 },
    isWell: () => true,
    sleep: async () => void polls++,
  } as unknown as ParkingDependencies)
  parking.assigned([PLACE])
  await new Promise((resolve) => setImmediate(resolve))
  const take = (offset: number, who: { account?: string | undefined; lane?: string; rank?: number } = {}): void =>
    parking.intake(recordAt(offset), { ...WHO, ...who })
  return { parking, take, copied, drained, polls: () => polls }
}

it('does not count as waiting what another member has finished', async () => {
  const { parking, take } = await openParking()
  take(0)
  take(1)
  parking.left({ ...PLACE, below: 2 })
  take(2)
  take(3)
  expect(parking.parked()).toEqual([])
  take(4)
  expect(parking.parked()).toMatchObject([{ why: 'too many commands wait' }])
})

it('parks the greedy once a partition’s half of its room is taken, and nobody before', async () => {
  const { parking, take } = await openParking(1_000)
  for (let offset = 0; offset < 10; offset++) take(offset, { account: 'modest', lane: `modest ${offset}` })
  for (let offset = 10; offset < 50; offset++) take(offset, { account: 'greedy', lane: `greedy ${offset}` })
  expect(parking.parked()).toEqual([])
  take(50, { account: 'modest', lane: 'modest 50' })
  expect(parking.parked()).toEqual([])
  take(51, { account: 'greedy', lane: 'greedy 51' })
  expect(parking.parked()).toMatchObject([{ account: 'greedy', why: 'too many commands wait' }])
})

it('holds nobody behind a parked command that does not go, and lets an account go directly once all have', async () => {
  const { parking, take, drained, polls } = await openParking()
  for (const offset of [0, 1, 2]) take(offset)
  expect(parking.parked()).toHaveLength(1)
  drained.end = 50n
  for (let look = 0; look < 3; look++) await parking.review()
  expect([polls(), parking.parked().length]).toEqual([0, 1])
  drained.committed = 50n
  await parking.review()
  expect(parking.parked()).toEqual([])
})

it('copies nothing past what came while its number was in no account', async () => {
  const { parking, take, copied } = await openParking()
  take(0, { account: undefined })
  for (const offset of [1, 2, 3]) take(offset, { lane: `other ${offset}` })
  expect(parking.parked()).toMatchObject([{ account: 'main' }])
  expect(copied).toEqual(['3'])
  take(4)
  expect(copied).toEqual(['3'])
})

it('copies nothing past what waits of its conversation under the account that had its number before', async () => {
  const { take, copied } = await openParking()
  take(0)
  for (const offset of [1, 2, 3]) take(offset, { account: 'new', lane: `other ${offset}` })
  expect(copied).toEqual(['3'])
  take(4, { account: 'new' })
  take(5, { account: 'new', lane: 'other 5' })
  expect(copied).toEqual(['3', '5'])
})

it('sends nothing past copies that were made behind the account that had its number before, until they are drained', async () => {
  const { parking, take, drained } = await openParking()
  const [first, second, third] = [recordAt(0), recordAt(1), recordAt(2)]
  parking.intake(first, { ...WHO, account: 'old' })
  parking.intake(second, { ...WHO, account: 'new' })
  expect(await parking.reasonToPark(workOf(first), accountThatIs('unreachable'))).toBe('unreachable')
  drained.end = 1n
  await parking.park(workOf(first), 'unreachable')
  const behind = 'its parked commands are not drained'
  expect(await parking.reasonToPark(workOf(second), accountThatIs())).toBe(behind)
  await parking.park(workOf(second), behind)
  take(3, { account: 'new', lane: 'other' })
  drained.committed = 1n
  await parking.review()
  parking.intake(third, { ...WHO, account: 'new' })
  expect(await parking.reasonToPark(workOf(third), accountThatIs())).toBeUndefined()
})

it('sends replies past what is parked of other conversations, as long as their account is in service', async () => {
  const { parking, take, copied } = await openParking(10)
  for (let offset = 0; offset < 11; offset++) take(offset, { lane: `campaign ${offset}` })
  expect(copied).toEqual(['10'])
  const [reply, later] = [recordAt(11), recordAt(12)]
  for (const record of [reply, later]) parking.intake(record, { ...WHO, lane: 'customer', rank: 0 })
  const work = { ...workOf(reply), rank: () => 0 }
  expect(await parking.reasonToPark(work, accountThatIs())).toBeUndefined()
  const ends = parking.signalFor(work)
  expect(ends.aborted).toBe(false)
  expect(await parking.reasonToPark({ ...workOf(later), rank: () => 0 }, accountThatIs('unreachable'))).toBeDefined()
  expect(ends.aborted).toBe(true)
  expect(await parking.reasonToPark(work, accountThatIs())).toBe('too many commands wait')
  await parking.review()
  expect(await parking.reasonToPark(work, accountThatIs())).toBeUndefined()
  expect(parking.signalFor(work).aborted).toBe(false)
})

it('parks replies behind what is parked of their conversation, and bulk that stands in a lane, unless a reply lends it its class', async () => {
  const { parking, take, copied } = await openParking(10)
  const [lent, alone] = [recordAt(0), recordAt(1)]
  parking.intake(lent, { ...WHO, lane: 'lent' })
  parking.intake(alone, { ...WHO, lane: 'alone' })
  for (let offset = 2; offset < 11; offset++) take(offset, { lane: `campaign ${offset}` })
  take(11, { lane: 'campaign 10', rank: 0 })
  expect(copied).toEqual(['10', '11'])
  expect(await parking.reasonToPark({ ...workOf(lent), rank: () => 0 }, accountThatIs())).toBeUndefined()
  expect(await parking.reasonToPark(workOf(alone), accountThatIs())).toBe('too many commands wait')
})

it('parks what is urgent, too, where more of it waits than is few, or is parked already', async () => {
  const { take, copied } = await openParking(10)
  for (let offset = 0; offset < 11; offset++) take(offset, { lane: `campaign ${offset}` })
  for (const offset of [11, 12, 13, 14]) take(offset, { lane: `customer ${offset}`, rank: 1 })
  expect(copied).toEqual(['10', '13', '14'])
  take(15, { lane: 'customer 13', rank: 1 })
  take(16, { lane: 'customer 16', rank: 0 })
  expect(copied).toEqual(['10', '13', '14', '15', '16'])
})

it('lets nothing go past a flood of its own class', async () => {
  const { parking, take, copied } = await openParking(10)
  for (let offset = 0; offset < 11; offset++) take(offset, { lane: `shop ${offset}`, rank: 1 })
  parking.left({ ...PLACE, below: 10 })
  for (const offset of [11, 12, 13, 14, 15]) take(offset, { lane: `shop ${offset}`, rank: 1 })
  expect(copied).toEqual(['10', '13', '14', '15'])
})
