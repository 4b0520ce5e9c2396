import { ExchangeFailure } from '@imchannel/infobip'
import type { ExchangeResult, Outcome } from '@imchannel/infobip'
import { expect, test } from 'vitest'
import { attemptedData } from './attempted.ts'

const subject = { tenant: 'acme', commandId: 'c-1', messageId: 'm-1', from: '447860099299', to: '351910000042' }
const request = { account: 'a', api: 'omni', endpoint: 'POST /omni/1/advanced', number: 2, seconds: 0.0413 }
const answered = (status: number): ExchangeResult => ({
  kind: 'response',
  status,
  headers: {},
  body: Buffer.from('Olá 351910000042'),
  truncated: false,
  parsed: undefined,
})
const failure = new ExchangeFailure('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9')

test.each<[Outcome, ExchangeResult, object]>([
  [{ kind: 'accepted', duplicate: false }, answered(200), { httpStatus: 200 }],
  [{ kind: 'throttled', retryAfterMs: 1_500 }, answered(429), { httpStatus: 429, retryAfterMs: 1_500 }],
  [{ kind: 'throttled' }, answered(429), { httpStatus: 429 }],
  [
    { kind: 'unknown', code: 'HTTP_502', reason: 'bad gateway', httpStatus: 502 },
    answered(502),
    { httpStatus: 502, code: 'HTTP_502', reason: 'bad gateway' },
  ],
  [
    { kind: 'refused-key', httpStatus: 401, error: { code: 'UNAUTHORIZED', text: 'Invalid login', violations: [] } },
    answered(401),
    { httpStatus: 401, code: 'UNAUTHORIZED', reason: 'Invalid login' },
  ],
  [
    { kind: 'unsent', cause: failure },
    { kind: 'not-sent', cause: failure },
    { code: 'ECONNREFUSED', reason: failure.message },
  ],
])('tells of $kind what there is to tell', (answer, result, told) => {
  const data = attemptedData(subject, { ...request, answer, result }, 'none')
  const { account, api, endpoint } = request
  const common = { ...subject, account, api, endpoint, attempt: 2, durationMs: 41.3, outcome: answer.kind }
  expect(JSON.parse(JSON.stringify(data))).toEqual({ ...common, ...told })
})

test('keeps nothing of bodies, and with a mask no word of Infobip’s', () => {
  const reason = 'to: 351910000042 is not valid'.padEnd(2_000, '.')
  const answer = { kind: 'unknown', code: 'HTTP_500', reason } as const
  const masked = attemptedData(subject, { ...request, answer, result: answered(500) }, 'mask')
  expect(masked).toMatchObject({ code: 'HTTP_500', reason: undefined })
  const plain = attemptedData(subject, { ...request, answer, result: answered(500) }, 'none')
  expect(plain.reason).toHaveLength(500)
  expect(JSON.stringify([masked, plain])).not.toContain('Olá')
})
