import { topics } from '@imchannel/events'
import { describe, expect, it } from 'vitest'
import { isParkedOf, PARKED_FORMAT, parkedCopy, parkedFormat, parkedTopic, readParkedTopic } from './parked-topic.ts'
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

describe('parked topics', () => {
  it.each([
    ['imchannel.outbound.parked.acme', { topic: 'imchannel.outbound', tenant: 'acme' }],
    ['a.parked.b.parked.c-1', { topic: 'a.parked.b', tenant: 'c-1' }],
    ['imchannel.outbound', undefined],
    ['imchannel.outbound.parked.', undefined],
    ['imchannel.outbound.parked.Acme', undefined],
  ])('reads %s', (name, expected) => {
    expect(readParkedTopic(name)).toEqual(expected)
    if (expected !== undefined) expect(parkedTopic(expected.topic, expected.tenant)).toBe(name)
  })

  it.each([
    ['the tenant', 'x'.repeat(225), 'acme-with-a-name'],
    ['the end of the topic', 'x'.repeat(249), 'acme'],
  ])('stand a hash for %s where the name is too long for Kafka', (_what, topic, tenant) => {
    const name = parkedTopic(topic, tenant)
    expect(name.length).toBeLessThanOrEqual(249)
    expect(name).not.toBe(parkedTopic(topic, `${tenant}-2`))
    expect([isParkedOf(name, topic), topics().isWritten(name)]).toEqual([true, true])
    expect(isParkedOf(name, `${topic.slice(0, -1)}y`)).toBe(false)
  })

  it('begin with `<command topic>.parked.`, as ACLs have it, for every topic of up to 229 characters', () => {
    const topic = 'x'.repeat(229)
    expect(parkedTopic(topic, 'acme-with-a-name').startsWith(`${topic}.parked.`)).toBe(true)
  })

  it('gives a copy back as what it was', () => {
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

  it('reads copies of 0.1.0, which had no number, and guesses at none', () => {
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

  it('leaves a record alone that was never parked', () => {
    expect(originalOf(record)).toBe(record)
  })
})
