import { describe, expect, it } from 'vitest'
import type { ParkedBacklog } from '../adapters/parked-backlog.ts'
import { createOwnedPartitions, goesPast, lineOf, noteCopies } from './owned-partitions.ts'

const PLACE = { topic: 'imchannel.outbound', partition: 0 }

/** A partition with a parked account, of which every conversation with copies is known. */
function parkedPlace() {
  // `as`: all that is asked of it here.
  const owned = createOwnedPartitions({ undrained: async () => new Set() } as unknown as ParkedBacklog, () => undefined)
  owned.assigned([PLACE])
  const place = owned.find(PLACE)
  if (place === undefined) throw new Error('the partition is not owned')
  const line = lineOf(place, 'acme', 'main')
  Object.assign(line, { isKnown: true, isIndexed: true })
  line.park('too many')
  place.parkedLines.add(line)
  const passes = (rank: number, lane = 'customer'): boolean => goesPast(place, line, { lane, rank, most: 10 })
  return { place, line, passes }
}

describe('what goes past the parked', () => {
  it('is more urgent than bulk, and of a conversation of which nothing is parked', () => {
    const { place, line, passes } = parkedPlace()
    noteCopies(place, line, 'campaign')
    expect([0, 1, 2].map((rank) => passes(rank))).toEqual([true, true, false])
    expect(passes(0, 'campaign')).toBe(false)
  })

  it('is nothing while it is not known of each conversation if something of it is parked', () => {
    const { line, passes } = parkedPlace()
    line.isIndexed = false
    expect(passes(0)).toBe(false)
  })

  it('is nothing once more is parked than can be taken down', () => {
    const { place, line, passes } = parkedPlace()
    for (let at = 0; at < 50_000; at++) noteCopies(place, line, `campaign ${at}`)
    expect(passes(0)).toBe(true)
    noteCopies(place, line, 'campaign 0')
    expect(passes(0)).toBe(true)
    noteCopies(place, line, 'one more')
    expect(passes(0)).toBe(false)
  })

  it('is little of an account, and of a class of which little is parked', () => {
    const { line, passes } = parkedPlace()
    for (let copies = 0; copies < 11; copies++) line.countCopy(1)
    expect([passes(0), passes(1)]).toEqual([true, false])
    const record = { ...PLACE, timestamp: 0, key: null, value: null, headers: {} }
    for (let offset = 0; offset < 11; offset++) line.enter({ ...record, offset: String(offset) }, `lane ${offset}`, 0)
    expect(passes(0)).toBe(false)
  })
})
