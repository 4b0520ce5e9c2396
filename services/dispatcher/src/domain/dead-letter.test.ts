import { describe, expect, it } from 'vitest'
import { commandError } from '../errors.ts'
import { deadLetter, deadLetterWithoutValue } from './dead-letter.ts'

const record = (keyBytes: number) => ({
  topic: 'imchannel.outbound',
  partition: 3,
  offset: '42',
  key: Buffer.alloc(keyBytes, 'k'),
  value: Buffer.alloc(5_000, 'v'),
  headers: { 'x-own': Buffer.alloc(5_000, 'h'), traceparent: Buffer.from('00-1-2-01') },
  timestamp: 1,
})
const error = commandError('unreadable', 'r'.repeat(5_000))

describe('a dead letter', () => {
  it('has the command’s key, bytes and headers untouched, and the reason up to 1,024 characters', () => {
    const one = record(4_000)
    const letter = deadLetter(one, { topic: 'dead', error, attempts: 2 })
    expect(letter).toMatchObject({ topic: 'dead', key: one.key, value: one.value, headers: one.headers })
    expect(letter.headers).toMatchObject({
      'imchannel-error-code': 'unreadable',
      'imchannel-source-topic': 'imchannel.outbound',
      'imchannel-source-partition': '3',
      'imchannel-source-offset': '42',
      'imchannel-attempts': '2',
    })
    expect(letter.headers['imchannel-error-reason']).toHaveLength(1_024)
  })

  it.each([
    [1_024, true],
    [1_025, false],
  ])('that does not fit keeps a key of %i bytes: %s', (bytes, isKept) => {
    const letter = deadLetterWithoutValue(deadLetter(record(bytes), { topic: 'dead', error, attempts: 0 }))
    expect(letter.key === null).toBe(!isKept)
    expect(letter.value).toBeNull()
    expect(Object.keys(letter.headers).toSorted()).toEqual([
      'imchannel-attempts',
      'imchannel-error-code',
      'imchannel-error-reason',
      'imchannel-source-offset',
      'imchannel-source-partition',
      'imchannel-source-topic',
      'imchannel-value-omitted',
      'traceparent',
    ])
  })
})
