import { decodeEvent } from '@imchannel/events'
import { describe, expect, test } from 'vitest'
import { eventOf, recordsOf } from './read.ts'

const limit = 8192

function message(fields: object): string {
  return JSON.stringify({
    results: [
      {
        messageId: 'm-1',
        from: '351910000042',
        to: '447700900123',
        message: { type: 'TEXT', text: 'Hello' },
        ...fields,
      },
    ],
  })
}

describe('a record', () => {
  test('that fits is one, with the original', () => {
    const [record, ...more] = recordsOf(eventOf(message({ extra: 'x'.repeat(100) })), limit)
    expect(more).toEqual([])
    expect(JSON.parse(record?.value.toString() ?? '')).toMatchObject({ original: { extra: 'x'.repeat(100) } })
  })

  test('that is too large loses the original first and stays where it belongs', () => {
    const [record, ...more] = recordsOf(eventOf(message({ extra: 'x'.repeat(limit) })), limit)
    expect(more).toEqual([])
    expect(record?.topic).toBe('imchannel.inbound')
    const data = JSON.parse(record?.value.toString() ?? '') as object
    expect(data).toMatchObject({ content: { type: 'text', text: 'Hello' }, originalOmitted: true })
    expect(data).not.toHaveProperty('original')
    expect(
      decodeEvent({
        ...record,
        topic: '',
        partition: 0,
        offset: '0',
        key: null,
        headers: record?.headers ?? {},
        value: record?.value ?? null,
      }),
    ).toMatchObject({
      outcome: 'event',
    })
  })

  test('that is still too large is cut into parts of one key and id, nothing lost', () => {
    const event = eventOf(message({ message: { type: 'TEXT', text: '😀'.repeat(limit) } }))
    const records = recordsOf(event, limit)
    expect(records.length).toBeGreaterThan(2)
    for (const [index, record] of records.entries()) {
      expect(record.topic).toBe('imchannel.unrecognised')
      expect(record.key).toBe(event.key)
      expect(record.headers).toMatchObject({ ce_id: event.id, 'imchannel-part': `${index + 1}/${records.length}` })
      expect(record.value.length + Buffer.byteLength(JSON.stringify(record.headers)) + record.key.length).toBeLessThan(
        limit,
      )
    }
    const joined: unknown = JSON.parse(Buffer.concat(records.map(({ value }) => Buffer.from(value))).toString())
    expect(joined).toMatchObject({
      code: 'too_large',
      raw: { messageId: 'm-1', message: { text: '😀'.repeat(limit) } },
    })
  })

  test('whose sender and id are themselves too large is cut all the same, in few parts', () => {
    const huge = 'x'.repeat(2 * limit)
    const records = recordsOf(eventOf(message({ from: huge, messageId: huge })), limit)
    expect(records.length).toBeLessThan(10)
    expect(records[0]?.key).toBe('acme:-:-')
    expect(JSON.parse(Buffer.concat(records.map(({ value }) => Buffer.from(value))).toString())).toMatchObject({
      raw: { from: huge, messageId: huge },
    })
  })

  test('of something unrecognised that is too large is cut as it is', () => {
    const raw = { somethingNew: 'x'.repeat(3 * limit) }
    const records = recordsOf(eventOf(JSON.stringify({ results: [raw] })), limit)
    expect(records.length).toBeGreaterThan(3)
    expect(JSON.parse(Buffer.concat(records.map(({ value }) => Buffer.from(value))).toString())).toMatchObject({
      code: 'unknown_kind',
      raw,
    })
  })
})
