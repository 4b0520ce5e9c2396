import { describe, expect, test } from 'vitest'
import { endpointOf } from '../client/endpoint-of.ts'
import type { ExchangeResponse } from '../client/exchange.ts'
import { readNotices } from './read-notices.ts'
import { readBlocklist } from './read-blocklist.ts'
import { limitOf, readSenderQuality } from './read-sender-quality.ts'
import { readTemplateList } from './template-definition.ts'

const now = Date.parse('2026-12-01T10:00:00Z')

function answer(parsed: unknown, more: Partial<ExchangeResponse> = {}): ExchangeResponse {
  const body = Buffer.from(parsed === undefined ? '<html>' : JSON.stringify(parsed))
  return { kind: 'response', status: 200, headers: {}, body, truncated: false, parsed, ...more }
}

describe('a read of an account', () => {
  test('gives what was read, and leaves out what has no name', () => {
    const structure = { body: { text: 'Hello' }, footer: { text: 'kept whole' } }
    const templates = [{ id: 1, name: 'a', language: 'en', structure }, { name: 'without an id' }]
    expect(readTemplateList(answer({ templates }), now)).toMatchObject({
      kind: 'read',
      value: [{ id: '1', name: 'a', listed: structure, structure: { body: 'Hello' } }],
    })
    const results = [{ sender: '447', qualityRating: 'LOW', status: 'CONNECTED', currentLimit: 'LIMIT_2K' }, {}]
    expect(readSenderQuality(answer({ results }), now)).toEqual({
      kind: 'read',
      value: [{ sender: '447', rating: 'LOW', status: 'CONNECTED', limit: 'LIMIT_2K' }],
    })
  })

  test('gives a page of a blocklist, and whether it is the last', () => {
    const one = {
      destination: '351910000042',
      sourceType: 'MO',
      createdDate: '2026-11-30T14:17:11.000+0000',
      accountKey: 'x',
    }
    const page = (paging: object | undefined) => readBlocklist(answer({ results: [one, {}], paging }), now)
    expect(page({ page: 0, size: 1000, totalPages: 2 })).toMatchObject({
      kind: 'read',
      value: {
        entries: [{ destination: '351910000042', sourceType: 'MO', createdAt: '2026-11-30T14:17:11.000Z' }],
        isLast: false,
      },
    })
    for (const paging of [undefined, { page: 1, totalPages: 2 }, { page: 0, totalPages: 0 }])
      expect(page(paging)).toMatchObject({ value: { isLast: true } })
    expect(readBlocklist(answer({}), now).kind).toBe('no-answer')
  })

  test.each<[string, ExchangeResponse, object]>([
    [
      'a key without the scope',
      answer({ requestError: {} }, { status: 403 }),
      { kind: 'refused-key', httpStatus: 403 },
    ],
    ['a page in between', answer(undefined, { status: 403 }), { kind: 'no-answer' }],
    [
      'too many questions',
      answer({}, { status: 429, headers: { 'retry-after': '7' } }),
      { kind: 'throttled', retryAfterMs: 7_000 },
    ],
    ['an outage', answer({}, { status: 503 }), { kind: 'no-answer', reason: 'Infobip answered 503' }],
    ['another body', answer({ results: [] }), { kind: 'no-answer' }],
    ['a body that was cut', answer(undefined, { truncated: true }), { kind: 'no-answer' }],
  ])('tells %s', (_name, result, expected) => {
    expect(readTemplateList(result, now)).toMatchObject(expected)
  })
})

test.each([
  ['LIMIT_250', 250],
  ['LIMIT_100K', 100_000],
  ['UNLIMITED', Infinity],
  ['LIMIT_NA', undefined],
  [undefined, undefined],
])('the limit %s lets %s users be written to', (word, users) => expect(limitOf(word)).toBe(users))

describe('headers', () => {
  test.each<[string, ExchangeResponse['headers'], object]>([
    ['none', {}, { date: undefined, deprecatedAt: undefined, sunsetAt: undefined }],
    ['RFC 9745', { deprecation: '@1688169599' }, { deprecatedAt: 1_688_169_599_000 }],
    ['a draft’s date', { deprecation: 'Tue, 01 Dec 2026 10:00:00 GMT' }, { deprecatedAt: now }],
    ['a draft’s word', { deprecation: 'true' }, { deprecatedAt: 'unknown' }],
    ['RFC 8594', { sunset: ['Tue, 01 Dec 2026 10:00:00 GMT'] }, { sunsetAt: now }],
    ['a sunset that nobody can read', { sunset: 'soon' }, { sunsetAt: 'unknown' }],
    ['a clock', { date: 'Tue, 01 Dec 2026 10:00:00 GMT' }, { date: now }],
    ['a clock that nobody can read', { date: 'noon' }, { date: undefined }],
  ])('with %s are read', (_name, headers, expected) => expect(readNotices(headers)).toMatchObject(expected))
})

test.each([
  ['/omni/1/advanced', '/omni/1/advanced'],
  ['/omni/1/logs?messageId=a&limit=1', '/omni/1/logs'],
  ['/whatsapp/1/senders/447/message/wamid.X/read', '/whatsapp/1/senders/{sender}/message/{messageId}/read'],
  ['/whatsapp/2/senders/447/templates', '/whatsapp/2/senders/{sender}/templates'],
  ['/whatsapp/1/message/interactive/flow', '/whatsapp/1/message/interactive/flow'],
  ['/platform/1/blocklists?page=0&size=1000', '/platform/1/blocklists'],
  ['/what/a/customer/39123456789/wrote', 'other'],
])('%s counts as %s', (path, endpoint) => expect(endpointOf(path)).toBe(endpoint))
