import type { IncomingRecord } from '@imchannel/kafka'
import { describe, expect, it } from 'vitest'
import { createAccountQueue } from './account-queue.ts'

function recordAt(offset: number): IncomingRecord {
  const place = { topic: 'imchannel.outbound', partition: 0, offset: String(offset) }
  return { ...place, timestamp: 0, key: null, value: null, headers: {} }
}

/** A line with records of these lanes, in their order. */
function lineWith(...lanes: string[]) {
  const line = createAccountQueue('acme', 'main')
  const records = lanes.map((lane, offset) => {
    const record = recordAt(offset)
    line.enter(record, lane, 2)
    return record
  })
  const at = (offset: number): IncomingRecord => records[offset] ?? recordAt(offset)
  return { line, at }
}

describe('a tenant’s line', () => {
  it('hands a lane over from a record on, and leaves the others where they are', () => {
    const { line, at } = lineWith('one', 'two', 'one', 'one')
    expect(line.takeFrom(at(2))).toEqual([at(2), at(3)])
    expect([line.waiting, line.hasLane('one'), line.hasLane('two')]).toEqual([2, true, true])
    expect(line.takeFrom(at(0))).toEqual([at(0)])
    expect(line.hasLane('one')).toBe(false)
  })

  it('knows which record has nothing before it in its lane', () => {
    const { line, at } = lineWith('one', 'one', 'two')
    expect([0, 1, 2].map((offset) => line.isFirst(at(offset)))).toEqual([true, false, true])
    line.leave(at(0))
    expect(line.isFirst(at(1))).toBe(true)
  })

  it('has unfinished what waits and what is on its way to the parked topic', () => {
    const { line, at } = lineWith('one', 'two')
    for (const record of line.takeFrom(at(0))) line.copies.set(record, Promise.resolve(true))
    expect(line.unfinished()).toEqual([at(1), at(0)])
    line.leave(at(0))
    expect(line.unfinished()).toEqual([at(1)])
  })

  it('tells who waits for the end of a hold, however it ends, and signals each parking once', async () => {
    const { line } = lineWith()
    const first = line.parkedSignal()
    line.park('key-refused')
    expect([first.aborted, line.mode, line.why]).toEqual([true, 'parked', 'key-refused'])
    line.hold()
    const decided = line.decided()
    line.sendDirectly()
    await decided
    expect([line.parkedSignal().aborted, line.mode, line.why]).toEqual([false, 'direct', undefined])
    line.hold()
    const again = line.decided()
    line.park('unreachable')
    await again
    expect(line.parkedSignal().aborted).toBe(true)
  })
})
