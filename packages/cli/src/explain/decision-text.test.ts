import { expect, test } from 'vitest'
import { decisionText } from './decision-text.ts'

const facts = [
  { fact: 'window', value: 'closed', ageMs: 120 },
  { fact: 'consent', value: 'unknown' },
]

test('a decision says what would be done, what speaks against it, and what it was made of', () => {
  const advice = [{ gate: 'consent' as const, code: 'opted_out', reason: 'STOP' }]
  expect(decisionText({ decision: { verdict: 'send', form: 'fallback', advice, facts } })).toBe(
    [
      'send as fallback',
      '  advice   consent: opted_out: STOP',
      '  window   closed  (0.1 s old)',
      '  consent  unknown',
    ].join('\n'),
  )
})

test('a rejection has its reason first', () => {
  const decision = { verdict: 'reject' as const, form: 'content' as const, code: 'window_closed', advice: [], facts }
  const error = { code: 'window_closed', reason: 'not open' }
  expect(decisionText({ decision, error })).toMatch(/^reject the content: window_closed: not open\n/)
})

test('what was refused before it was judged has no facts', () => {
  expect(decisionText({ error: { code: 'unknown_sender', reason: 'no such number' } })).toBe(
    'refused before it was judged: unknown_sender: no such number',
  )
})
