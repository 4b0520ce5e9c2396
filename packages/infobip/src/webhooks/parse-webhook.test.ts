import { expect, test } from 'vitest'
import { MAX_RESULT_DEPTH, MAX_RESULTS, parseWebhook } from './parse-webhook.ts'

const parse = (text: string) => parseWebhook(Buffer.from(text))

test.each([[''], ['  \r\n'], ['\ufeff']])('takes %j for the connection test', (text) => {
  expect(parse(text)).toEqual({ outcome: 'empty' })
})

test.each([['\u00a0'], ['\ufeff\ufeff'], ['{'], ['{"a":01}'], ['<xml/>'], ['undefined'], ['{"a":1}{']])(
  'tells that %s is not JSON',
  (text) => {
    expect(parse(text)).toEqual({ outcome: 'notJson' })
  },
)

test('reads a body that begins with a byte order mark', () => {
  expect(parse('\ufeff{"results":[]}')).toEqual({ outcome: 'results', results: [], text: '{"results":[]}' })
})

test.each([
  ['a list', '[]'],
  ['a list of results', '[{"messageId":"m","from":"1"}]'],
  ['a text', '"x"'],
  ['null', 'null'],
  ['an object of no kind', '{"a":1}'],
  ['results that is null', '{"results":null}'],
  ['results that is a text', '{"results":"x"}'],
  ['results that is an object of no kind', '{"results":{"a":1}}'],
])('a body that is %s is one unrecognised result, whole', (_note, text) => {
  expect(parse(text)).toMatchObject({ outcome: 'results', results: [{ kind: 'unrecognised', text }] })
})

test('reads a result that stands where the list should', () => {
  expect(parse('{"results":{"messageId":"m","from":"1","message":{"type":"TEXT","text":"x"}}}')).toMatchObject({
    results: [{ kind: 'message' }],
  })
})

test('finds the results under a name written with escapes', () => {
  expect(parse('{"\\u0072esults":[{"messageId":"m","seenAt":"x"},1]}')).toMatchObject({
    results: [{ kind: 'seen' }, { kind: 'unrecognised', text: '1' }],
  })
})

test('takes the last of two names that mean results, however they are written', () => {
  const parsed = parse(
    '{"results":[{"messageId":"a","seenAt":"x"}],"r\\u0065sults":[{"messageId":"b","seenAt":"x","price":0.000}]}',
  )
  expect(parsed).toMatchObject({
    outcome: 'results',
    results: [expect.objectContaining({ text: '{"messageId":"b","seenAt":"x","price":0.000}' })],
  })
})

test('a result that is nested too deep is set aside whole, its siblings are read', () => {
  const deep = `{"messageId":"m","from":"1","message":{"type":"TEXT","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
  const parsed = parse(`{"results":[{"messageId":"a","from":"1"},${deep},{"messageId":"b","from":"1"}]}`)
  expect(parsed).toMatchObject({
    results: [{ kind: 'message' }, { kind: 'unrecognised', code: 'too_deep' }, { kind: 'message' }],
  })
  expect(parsed.outcome === 'results' && parsed.results[1]?.text).toBe(deep)
})

test('reads a result that is just not too deep', () => {
  const levels = MAX_RESULT_DEPTH - 1
  const parsed = parse(`{"results":[{"messageId":"m","from":"1","x":${'['.repeat(levels)}${']'.repeat(levels)}}]}`)
  expect(parsed).toMatchObject({ results: [{ kind: 'message' }] })
})

test('a body of one result that is too deep is set aside whole', () => {
  const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  expect(parse(text)).toMatchObject({ results: [{ kind: 'unrecognised', code: 'too_deep' }] })
})

test('reads 2,000 results in one body', () => {
  const results = Array.from(
    { length: 2000 },
    (_, at) => `{"messageId":"m${at}","from":"351910000042","message":{"type":"TEXT","text":"t${at}"}}`,
  )
  const parsed = parse(`{"results":[${results.join(',')}],"messageCount":2000}`)
  if (parsed.outcome !== 'results') throw new Error(parsed.outcome)
  expect(parsed.results.map((one) => one.kind === 'message' && one.message.messageId)).toEqual(
    results.map((_, at) => `m${at}`),
  )
})

test.each([
  ['more results than there may be', `{"results":[${'{"a":1},'.repeat(MAX_RESULTS)}1]}`],
  ['a million numbers', `{"results":[${'0,'.repeat(999_999)}0]}`],
  ['more values than there may be', `{"x":[${'{},'.repeat(500_000)}1]}`],
  ['more results than there may be under a name with escapes', `{"\\u0072esults":[${'1,'.repeat(MAX_RESULTS)}1]}`],
])('a body with %s is one unrecognised result', (_note, text) => {
  expect(parse(text)).toMatchObject({ results: [{ kind: 'unrecognised', code: 'too_many_results', text }] })
})

test('as many results as there may be are read', () => {
  const parsed = parse(`{"results":[${'{"messageId":"m","seenAt":"x"},'.repeat(MAX_RESULTS - 1)}1]}`)
  expect(parsed.outcome === 'results' && parsed.results.length).toBe(MAX_RESULTS)
})

test('bytes that are no UTF-8 are not JSON, unless the charset says what they are', () => {
  const body = Buffer.from(
    '{"results":[{"messageId":"m","from":"1","message":{"type":"TEXT","text":"Caf\u00e9 \u0080"}}]}',
    'latin1',
  )
  expect(parseWebhook(body)).toEqual({ outcome: 'notJson' })
  const parsed = parseWebhook(body, 'windows-1252')
  expect(parsed).toMatchObject({ results: [{ kind: 'message', message: { parts: [{ text: 'Caf\u00e9 \u20ac' }] } }] })
})

test('white space takes time by its length, not by its square', () => {
  const before = process.cpuUsage()
  expect(parse(`{"a":1}${' '.repeat(4_000_000)}x`)).toEqual({ outcome: 'notJson' })
  // Of CPU, whatever else the machine does: 40 ms, where its square takes hours.
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000)
})

test('a report that names its recipient twice is about its destination', () => {
  const report = { messageId: 'm', destination: '39123456789', to: '440000000000', status: { groupId: 3, id: 5 } }
  const read = parse(JSON.stringify({ results: [{ ...report, doneAt: '2026-01-01T00:00:00.000+0000' }] }))
  expect(read).toMatchObject({ results: [{ kind: 'delivery', report: { recipient: '39123456789' } }] })
})
