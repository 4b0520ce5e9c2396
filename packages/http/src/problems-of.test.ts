import { expect, it } from 'vitest'
import { problemsOf } from './problems-of.ts'

const problem = problemsOf({
  away: { status: 503, title: 'It is away', detail: 'send it again', retryAfterS: 5 },
  gone: { status: 404, title: 'It is gone' },
})

it('is what the catalogue says of a code, and what is said of this request in its place', () => {
  expect(problem('away')).toEqual({
    code: 'away',
    status: 503,
    title: 'It is away',
    detail: 'send it again',
    retryAfterS: 5,
  })
  expect(problem('away', { detail: 'wait a minute', retryAfterS: 60 })).toMatchObject({
    detail: 'wait a minute',
    retryAfterS: 60,
  })
  expect(problem('gone', { headers: { Allow: 'GET' } })).toEqual({
    code: 'gone',
    status: 404,
    title: 'It is gone',
    headers: { Allow: 'GET' },
  })
})
