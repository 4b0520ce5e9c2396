import { describe, expect, it } from 'vitest'
import { ExchangeFailure } from '../client/exchange.ts'
import type { ExchangeResponse } from '../client/exchange.ts'
import { readLogs } from './read-logs.ts'
import { readProbe } from './read-probe.ts'
import { readResponse } from './read-response.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const messageId = '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2'
const pending = { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED', description: 'Pending' }

function answer(status: number, body: unknown, headers: Record<string, string> = {}): ExchangeResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const parsed: unknown = typeof body === 'string' ? undefined : body
  return { kind: 'response', status, headers, body: Buffer.from(text), truncated: false, parsed }
}

const read = (status: number, body: unknown, headers?: Record<string, string>) =>
  readResponse({ answer: 'messages', messageId, now }, answer(status, body, headers))

function refusedOthers() {
  return { messages: ['a', 'b'].map((id) => ({ messageId: id, status: { groupId: 5, id: 12 } })) }
}

const legacy = (code: string) => ({ requestError: { serviceException: { messageId: code, text: 'x' } } })

function refused(id: number, groupId = 5, name?: string) {
  return { messages: [{ messageId, status: { groupId, id, ...(name === undefined ? {} : { name }) } }] }
}

describe('an answer of 200', () => {
  it('accepts a list and a single answer alike', () => {
    const entry = { to: '39123456789', messageId, status: pending }
    for (const body of [{ messages: [entry] }, { ...entry, messageCount: 1 }, { bulkId: 'b', messages: [entry] }]) {
      expect(read(200, body)).toEqual({ kind: 'accepted', duplicate: false, messageId, status: pending })
    }
  })

  it('finds the message by its id among several, in any order', () => {
    const other = { messageId: 'other', status: { groupId: 5, id: 12 } }
    expect(read(200, { messages: [other, { messageId, status: pending }] })).toMatchObject({
      kind: 'accepted',
      messageId,
    })
  })

  it('takes a lone entry under an id that Infobip chose', () => {
    expect(read(200, { messages: [{ messageId: 'theirs', status: pending }] })).toMatchObject({ messageId: 'theirs' })
  })

  it('reads group 0 as an acceptance, and a group that nobody knows as one too', () => {
    expect(read(200, refused(0, 0))).toMatchObject({ kind: 'accepted', duplicate: false })
    expect(read(200, refused(7, 9))).toMatchObject({ kind: 'accepted', status: { groupId: 9 } })
  })

  it('reads a group known by its name alone', () => {
    const body = { messages: [{ messageId, status: { groupName: 'REJECTED', name: 'REJECTED_DND' } }] }
    expect(read(200, body)).toMatchObject({ kind: 'rejected', code: 'REJECTED_DND' })
  })

  it('reads a duplicate messageId as accepted before', () => {
    expect(read(200, refused(23))).toMatchObject({ kind: 'accepted', duplicate: true, messageId })
  })

  it.each([
    [10, 'none', true],
    [12, 'account', false],
    [17, 'account', false],
    [19, 'account', false],
    [20, 'none', true],
    [21, 'retry-later', false],
    [100, 'retry-later', false],
    [7777, 'none', true],
  ])('rejects status 5/%i with remedy %s', (id, remedy, permanent) => {
    expect(read(200, refused(id))).toMatchObject({ kind: 'rejected', httpStatus: 200, remedy, permanent, messageId })
  })

  it('rejects undeliverable and expired', () => {
    expect(read(200, refused(9, 2))).toMatchObject({ kind: 'rejected', permanent: true })
    expect(read(200, refused(15, 4))).toMatchObject({ kind: 'rejected', permanent: true })
  })

  it.each([
    ['HTML', '<html>ok</html>'],
    ['nothing', ''],
    ['an empty list', { messages: [] }],
    ['an array', []],
    ['an entry without id and status', { messages: [{}] }],
    ['another message only among several', { messages: [{ messageId: 'a' }, { messageId: 'b' }] }],
    ['two messages, neither ours', refusedOthers()],
    ['an error', { requestError: { serviceException: { messageId: 'GENERAL_ERROR', text: 'x' } } }],
  ])('is unknown when it holds %s', (_note, body) => {
    expect(read(200, body)).toMatchObject({ kind: 'unknown', code: 'UNREADABLE_ANSWER', httpStatus: 200 })
  })

  it('is a receipt when our own id comes back without a status', () => {
    expect(read(200, { messages: [{ messageId }] })).toEqual({ kind: 'accepted', duplicate: false, messageId })
  })

  it('is enough where the endpoint answers nothing', () => {
    const sent = { answer: 'none', now } as const
    expect(readResponse(sent, answer(204, ''))).toEqual({ kind: 'accepted', duplicate: false })
    expect(readResponse(sent, answer(200, '<html>It works!</html>'))).toMatchObject({ kind: 'unknown' })
  })
})

describe('an answer of 4xx', () => {
  it('reads both families of errors, and never takes their messageId for a message', () => {
    const legacy = {
      requestError: {
        serviceException: { messageId: 'BAD_REQUEST', text: 'Bad Request', validationErrors: { 'to.x': ['is bad'] } },
      },
    }
    expect(read(400, legacy)).toEqual({
      kind: 'rejected',
      httpStatus: 400,
      code: 'BAD_REQUEST',
      reason: 'Bad Request; to.x: is bad',
      remedy: 'none',
      permanent: true,
      error: { code: 'BAD_REQUEST', text: 'Bad Request', violations: ['to.x: is bad'] },
    })
    const platform = {
      errorCode: 'E400',
      description: 'Request cannot be processed.',
      violations: [{ property: 'content.text', violation: 'must not be blank' }],
    }
    expect(read(400, platform)).toMatchObject({
      code: 'E400',
      error: { violations: ['content.text: must not be blank'] },
    })
    expect(read(400, { error: 'already read' })).toMatchObject({ code: 'HTTP_400', reason: 'already read' })
  })

  it.each([
    ['HTML', '<html>\n<b>Not found</b>', '<html> <b>Not found</b>'],
    ['empty', '', 'empty body'],
  ])('reads a body that is %s', (_note, body, reason) => {
    expect(read(431, body)).toMatchObject({ kind: 'rejected', code: 'HTTP_431', reason })
  })

  it('keeps no more than 4 KiB of a body', () => {
    const outcome = read(413, 'x'.repeat(100_000))
    expect(outcome).toMatchObject({ reason: 'x'.repeat(4096) })
  })

  it.each([400, 404, 409, 413, 415, 422])('rejects %i in Infobip’s words', (status) => {
    for (const body of [{ errorCode: `E${status}` }, legacy('NOT_FOUND'), { error: 'no such message' }]) {
      expect(read(status, body)).toMatchObject({ kind: 'rejected', permanent: true })
    }
  })

  it.each([400, 404, 405, 409, 415, 418, 421, 422])('is unknown at %i in anybody else’s', (status) => {
    for (const body of [
      '<html><title>Error</title></html>',
      'no healthy upstream',
      '',
      { message: 'no Route matched' },
    ]) {
      expect(read(status, body)).toMatchObject({
        kind: 'unknown',
        code: `HTTP_${status}`,
        httpStatus: status,
        reason: expect.stringMatching(/^not in Infobip’s words: ./u) as unknown,
      })
    }
  })

  it.each([413, 414, 431])('rejects what is too large for something in between: %i', (status) => {
    expect(read(status, '<html>Request Entity Too Large</html>')).toMatchObject({ kind: 'rejected', permanent: true })
  })

  it.each([401, 403])('is about the key at %i', (status) => {
    for (const body of ['', {}, { message: 'Forbidden' }, legacy('UNAUTHORIZED')]) {
      expect(read(status, body)).toMatchObject({ kind: 'refused-key', httpStatus: status })
    }
    expect(read(status, '<html>Blocked</html>')).toMatchObject({ kind: 'unknown', code: `HTTP_${status}` })
  })

  it('is throttled at 429, and by code', () => {
    expect(read(429, '', { 'retry-after': '7' })).toEqual({ kind: 'throttled', retryAfterMs: 7000 })
    expect(read(429, '', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' })).toEqual({
      kind: 'throttled',
      retryAfterMs: 30_000,
    })
    expect(read(429, '', { 'retry-after': 'soon' })).toEqual({ kind: 'throttled' })
    expect(read(429, '', { 'retry-after': '9999999' })).toEqual({ kind: 'throttled', retryAfterMs: 3_600_000 })
    expect(read(400, { errorCode: 'E429' })).toEqual({ kind: 'throttled' })
  })

  it('is unknown at 408', () => {
    expect(read(408, '')).toMatchObject({ kind: 'unknown', code: 'HTTP_408' })
  })

  it('says that a redirect is the account’s fault', () => {
    expect(read(301, '', { location: 'https://elsewhere' })).toMatchObject({
      kind: 'rejected',
      remedy: 'account',
      permanent: false,
    })
  })
})

it('is unknown at any 5xx, also with Retry-After', () => {
  for (const status of [500, 502, 503, 504]) {
    expect(read(status, '<html>', { 'retry-after': '1' })).toMatchObject({ kind: 'unknown', httpStatus: status })
  }
})

it('keeps apart what was not sent from what is unknown', () => {
  const cause = new ExchangeFailure('ECONNRESET', 'socket hang up')
  const sent = { answer: 'messages', messageId, now } as const
  expect(readResponse(sent, { kind: 'not-sent', cause })).toEqual({ kind: 'unsent', cause })
  expect(readResponse(sent, { kind: 'unknown', cause })).toEqual({
    kind: 'unknown',
    code: 'ECONNRESET',
    reason: 'socket hang up',
  })
})

describe('readLogs', () => {
  it('says which messages Infobip has', () => {
    const results = [
      { messageId: 'a', status: pending },
      { messageId: 'a', status: { groupId: 5 } },
      { messageId: 'b' },
      null,
      {},
    ]
    const read = readLogs(answer(200, { results }), now)
    expect(read).toEqual({
      kind: 'logs',
      found: new Map<string, unknown>([
        ['a', pending],
        ['b', undefined],
      ]),
    })
  })

  it('never calls a failure an absence', () => {
    expect(readLogs(answer(200, '<html>'), now)).toMatchObject({ kind: 'no-answer' })
    expect(readLogs(answer(500, ''), now)).toMatchObject({ kind: 'no-answer' })
    expect(readLogs(answer(401, ''), now)).toMatchObject({ kind: 'refused-key' })
    expect(readLogs(answer(403, '<html>'), now)).toMatchObject({ kind: 'no-answer' })
    expect(readLogs(answer(429, '', { 'retry-after': '2' }), now)).toEqual({ kind: 'throttled', retryAfterMs: 2000 })
    const cause = new ExchangeFailure('X', 'x')
    expect(readLogs({ kind: 'unknown', cause }, now)).toMatchObject({ kind: 'no-answer' })
  })
})

describe('readProbe', () => {
  it.each([
    [200, { scenarios: [] }, 'well'],
    [200, '<html>It works!</html>', 'unreachable'],
    [404, { errorCode: 'E404' }, 'well'],
    [404, '<html>', 'unreachable'],
    [404, '', 'unreachable'],
    [429, '', 'well'],
    [401, '', 'key-refused'],
    [403, { message: 'Forbidden' }, 'key-refused'],
    [403, '<html>', 'unreachable'],
    [503, '', 'unreachable'],
  ])('reads %i with %j as %s', (status, body, found) => {
    expect(readProbe(answer(status, body))).toBe(found)
  })

  it('has no answer where there is none', () => {
    const cause = new ExchangeFailure('X', 'x')
    expect(readProbe({ kind: 'unknown', cause })).toBe('unreachable')
    expect(readProbe({ kind: 'not-sent', cause })).toBe('unreachable')
  })
})
