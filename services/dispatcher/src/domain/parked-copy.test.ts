import { describe, expect, it } from 'vitest'
import { PARKED_FORMAT, parkedCopy, parkedFormat } from './parked-copy.ts'
import { originalOf } from './place.ts'
import type { CommandRecord } from './record.ts'

const record: CommandRecord = {
  topic: 'imchannel.outbound',
  partition: 7,
  offset: '4711',
  timestamp: 1_740_657_600_000,
  key: Buffer.from([0, 255]),
  value: Buffer.from('not even JSON'),
  headers: { traceparent: Buffer.from('00-x') },
}

function bytes(headers: Record<string, string>): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]))
}

describe('parked copies', () => {
  it('give a record back as what it was', () => {
    const odd = Buffer.from([0xff, 0])
    const allHeaders = [
      { name: Buffer.from('hop'), value: Buffer.from('a') },
      { name: odd, value: odd },
      { name: Buffer.from('hop'), value: null },
    ]
    const copy = parkedCopy({ ...record, allHeaders }, 'imchannel.outbound.parked.acme', 12)
    expect(copy).toMatchObject({
      topic: 'imchannel.outbound.parked.acme',
      partition: 7,
      key: record.key,
      value: record.value,
    })
    const read: CommandRecord = {
      ...copy,
      partition: 7,
      offset: '3',
      timestamp: 5,
      headers: Object.fromEntries(copy.headers.map(({ name, value }) => [name.toString(), value ?? undefined])),
      allHeaders: copy.headers,
    }
    expect(parkedFormat(read)).toBe(PARKED_FORMAT)
    const original = originalOf(read)
    expect(original).toEqual({ ...record, headers: { '\ufffd\0': odd, hop: undefined }, allHeaders })
    // As after a change of ownership, while it is parked.
    expect(parkedCopy(original, copy.topic, 12)).toEqual(copy)
  })

  it('are read as 0.1.0 wrote them, without a number; nothing is guessed of a number that is not known', () => {
    const released: CommandRecord = {
      topic: 'imchannel.outbound.parked.acme',
      partition: 7,
      offset: '0',
      timestamp: 1_740_657_700_000,
      key: null,
      value: Buffer.from('{}'),
      headers: bytes({
        'imchannel-source-topic': 'imchannel.outbound',
        'imchannel-source-partition': '7',
        'imchannel-source-offset': '4711',
        'imchannel-source-timestamp': '1740657600000',
      }),
    }
    expect(parkedFormat(released)).toBe('1')
    expect(originalOf(released)).toEqual({ ...record, key: null, value: released.value, headers: {} })
    const newer = { ...released, headers: { ...released.headers, ...bytes({ 'imchannel-parked-format': '2' }) } }
    expect(parkedFormat(newer)).toBe('2')
  })

  it('leave a record alone that was never parked', () => {
    expect(originalOf(record)).toBe(record)
  })
})
