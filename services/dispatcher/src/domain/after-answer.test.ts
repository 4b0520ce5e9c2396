import type { Outcome } from '@imchannel/infobip'
import { ExchangeFailure } from '@imchannel/infobip'
import { describe, expect, it } from 'vitest'
import { afterAnswer } from './after-answer.ts'

const rejected = { kind: 'rejected', httpStatus: 200, code: 'X', reason: 'why', permanent: true } as const
const answers: [string, Outcome, number, object][] = [
  [
    'an acceptance ends it',
    { kind: 'accepted', duplicate: false },
    1,
    { kind: 'conclude', sign: 'well', outcome: { how: 'accepted' } },
  ],
  ['so does a duplicate', { kind: 'accepted', duplicate: true }, 2, { kind: 'conclude', outcome: { how: 'accepted' } }],
  [
    'a refusal ends it',
    { ...rejected, remedy: 'none' },
    1,
    { kind: 'conclude', outcome: { how: 'rejected', error: { code: 'X', reason: 'why', httpStatus: 200 } } },
  ],
  ['a refusal that passes is tried again', { ...rejected, remedy: 'retry-later' }, 2, { kind: 'again', delay: 'long' }],
  ['but not for ever', { ...rejected, remedy: 'retry-later' }, 3, { kind: 'conclude', outcome: { how: 'rejected' } }],
  [
    'no credit is the account’s matter',
    { ...rejected, remedy: 'account' },
    1,
    { kind: 'again', sign: 'account-fault' },
  ],
  [
    'Retry-After is honoured',
    { kind: 'throttled', retryAfterMs: 7_000 },
    1,
    { kind: 'again', delay: 'none', throttleMs: 7_000 },
  ],
  [
    'a refused key is the account’s matter',
    { kind: 'refused-key', httpStatus: 401, error: { text: '', violations: [] } },
    1,
    { kind: 'again', sign: 'key-refused' },
  ],
  [
    'what never left is tried again',
    { kind: 'unsent', cause: new ExchangeFailure('ECONNREFUSED', '') },
    1,
    { kind: 'again', delay: 'backoff', sign: 'failed' },
  ],
  [
    'what may have been taken is asked about',
    { kind: 'unknown', code: 'HTTP_502', reason: '' },
    1,
    { kind: 'unknown', sign: 'failed' },
  ],
]

describe('after an answer', () => {
  it.each(answers)('%s', (_note, answer, tries, expected) => {
    expect(afterAnswer(answer, { tries, now: 1 })).toMatchObject(expected)
  })
})
