import { expect, test } from 'vitest'
import { deadLetterOf, deadLetterWithoutValue } from './dead-letter.ts'

const odd = Buffer.from([0xff, 0])
const header = (name: string | Buffer, value: string | Buffer | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
})
const own = [header('hop', 'a'), header(odd, odd), header('none', null), header('hop', 'b')]
const record = {
  topic: 'imchannel.inbound',
  partition: 1,
  offset: '7',
  timestamp: 1,
  key: Buffer.from('key'),
  value: Buffer.from('value'),
  headers: { hop: Buffer.from('b') },
  allHeaders: [...own, header('imchannel-attempts', '9'), header('imchannel-value-omitted', 'true')],
}
const facts = {
  topic: 'bot.deadletter',
  code: 'handler_failed',
  error: new Error('no such order'),
  attempts: 3,
} as const
const said = {
  'imchannel-error-code': 'handler_failed',
  'imchannel-error-reason': 'no such order',
  'imchannel-source-topic': 'imchannel.inbound',
  'imchannel-source-partition': '1',
  'imchannel-source-offset': '7',
  'imchannel-attempts': '3',
}

test('a dead letter has all headers of its record in their order, and says why it is there once', () => {
  const letter = deadLetterOf(record, facts)
  expect(letter).toMatchObject({ topic: facts.topic, key: record.key, value: record.value })
  expect(letter.allHeaders).toEqual([...own, ...Object.entries(said).map(([name, value]) => header(name, value))])
  const texts = Object.entries(letter.headers).map(([name, value]) => [name, String(value)])
  expect(Object.fromEntries(texts)).toEqual({ hop: 'b', '\ufffd\0': String(odd), ...said })
})

test('one that does not fit says why, and that it is not whole', () => {
  const letter = deadLetterWithoutValue({ ...record, headers: { 'imchannel-x': Buffer.alloc(5_000) } }, facts)
  const headers = { ...said, 'imchannel-value-omitted': 'true' }
  expect(letter).toEqual({ topic: facts.topic, key: null, value: null, headers })
})
