import { describe, expect, it } from 'vitest'
import { commandError } from '../errors.ts'
import { deadLetter, deadLetterWithoutValue } from './dead-letter.ts'
import type { RecordCopy } from './record.ts'

const record = (keyBytes: number) => ({
  topic: 'imchannel.outbound',
  partition: 3,
  offset: '42',
  key: Buffer.alloc(keyBytes, 'k'),
  value: Buffer.alloc(5_000, 'v'),
  headers: { 'x-own': Buffer.alloc(5_000, 'h'), traceparent: Buffer.from('00-1-2-01') },
  timestamp: 1,
})
const facts = { topic: 'dead', error: commandError('unreadable', 'r'.repeat(5_000)), attempts: 2 }
const header = (name: string, value: string) => ({ name: Buffer.from(name), value: Buffer.from(value) })
const namesOf = ({ headers }: RecordCopy) => headers.map(({ name }) => name.toString())

describe('a dead letter', () => {
  it('has the command’s key, bytes and headers untouched, and the reason up to 1,024 characters', () => {
    const one = record(4_000)
    const letter = deadLetter(one, facts)
    expect(letter).toMatchObject({ topic: 'dead', key: one.key, value: one.value })
    const texts = Object.fromEntries(letter.headers.map(({ name, value }) => [name.toString(), String(value)]))
    expect(texts).toEqual({
      'x-own': String(one.headers['x-own']),
      traceparent: '00-1-2-01',
      'imchannel-error-code': 'unreadable',
      'imchannel-error-reason': expect.stringContaining('rrr') as unknown,
      'imchannel-source-topic': 'imchannel.outbound',
      'imchannel-source-partition': '3',
      'imchannel-source-offset': '42',
      'imchannel-attempts': '2',
    })
    expect(texts['imchannel-error-reason']).toHaveLength(1_024)
  })

  it('of what was one before says why and whence once, as of now', () => {
    const first = deadLetterWithoutValue({ ...record(1), topicAnew: '0a1b2c3d' }, facts)
    const allHeaders = [header('imchannel-part', '1/2'), ...first.headers, header('imchannel-attempts', '0')]
    const again = deadLetter({ ...record(1), offset: '43', allHeaders }, { ...facts, attempts: 3 })
    expect(namesOf(again)).toEqual([
      'imchannel-part',
      'traceparent',
      'imchannel-error-code',
      'imchannel-error-reason',
      'imchannel-source-topic',
      'imchannel-source-partition',
      'imchannel-source-offset',
      'imchannel-attempts',
    ])
    expect(again.headers.slice(-2)).toEqual([
      header('imchannel-source-offset', '43'),
      header('imchannel-attempts', '3'),
    ])
  })

  it.each([
    [1_024, true],
    [1_025, false],
  ])('that does not fit keeps a key and a traceparent of %i bytes: %s', (bytes, isKept) => {
    const long = { 'imchannel-x': Buffer.alloc(5_000), traceparent: Buffer.alloc(bytes, 't') }
    const letter = deadLetterWithoutValue({ ...record(bytes), headers: long }, facts)
    expect(letter.key === null).toBe(!isKept)
    expect(letter.value).toBeNull()
    expect(namesOf(letter)).toEqual([
      ...(isKept ? ['traceparent'] : []),
      'imchannel-error-code',
      'imchannel-error-reason',
      'imchannel-source-topic',
      'imchannel-source-partition',
      'imchannel-source-offset',
      'imchannel-attempts',
      'imchannel-value-omitted',
    ])
  })
})
