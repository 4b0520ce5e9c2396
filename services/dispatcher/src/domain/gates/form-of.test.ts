import type { LedgerEntry } from '@imchannel/ledger'
import { expect, it } from 'vitest'
import { learn, NOTHING_KNOWN } from '../known.ts'
import type { Known } from '../known.ts'
import { fixedForm } from './form-of.ts'

const BARE = {
  commandId: 'c',
  from: '1',
  to: '2',
  print: 'p',
  reported: false,
  owner: '',
  at: 1,
  tries: 1,
  strikes: 0,
  reportSeen: false,
} as const

function looked(entry: Pick<LedgerEntry, 'state' | 'request'>, over: Partial<Known> = {}): Known {
  return { ...NOTHING_KNOWN, look: { now: 1, held: { kind: 'entry', entry: { ...BARE, ...entry } } }, ...over }
}

const fallback = { form: 'fallback' } as const

it.each<[string, Known, boolean, ReturnType<typeof fixedForm>]>([
  ['nothing was requested', NOTHING_KNOWN, false, undefined],
  ['no request was taken', looked({ state: 'idle', request: fallback }), false, undefined],
  ['a request may be open', looked({ state: 'sending', request: fallback }), false, 'fallback'],
  ['an outcome is unknown', looked({ state: 'unknown', request: fallback }), false, 'fallback'],
  ['the entry knows one form alone', looked({ state: 'unknown' }), false, 'content'],
  ['the ledger may have lost a request of the other form', looked({ state: 'unknown' }), true, 'lost'],
  [
    'the same, and this handling made it',
    looked({ state: 'unknown' }, { open: { tries: 1, at: 1, isOwn: true, form: 'fallback' } }),
    true,
    'fallback',
  ],
  [
    'the latest was certainly not taken, and an earlier one may have been',
    { ...NOTHING_KNOWN, judged: { tries: 1, at: 1, form: 'fallback' } },
    true,
    'fallback',
  ],
])('%s', (_name, known, isSuspect, form) => {
  expect(fixedForm(known, isSuspect)).toBe(form)
})

it('a look at the ledger takes nothing from what a handling knows of its own request', () => {
  const open = { tries: 1, at: 1, isOwn: true, form: 'fallback' } as const
  const entry = { ...BARE, state: 'unknown' } as const
  const known = learn({ ...NOTHING_KNOWN, open }, { what: 'look', look: { now: 2, held: { kind: 'entry', entry } } })
  expect(fixedForm(known, false)).toBe('fallback')
})
