import { describe, expect, test } from 'vitest'
import { decide, type Decidable, type Finding, type GateMode } from './decide.ts'

const modes = (mode: GateMode): Decidable['modes'] => ({
  window: mode,
  consent: mode,
  template: mode,
  identity: mode,
  budget: mode,
})
const closed: Finding = { gate: 'window', code: 'window_closed', reason: 'closed', details: { closesAt: 1 } }
const optedOut: Finding = { gate: 'consent', code: 'opted_out', reason: 'stopped' }
const demanded: Finding = { gate: 'template', code: 'template_category', reason: 'marketing', isDemanded: true }
const content = { findings: [closed] }

describe('a decision', () => {
  test.each<[string, Decidable, object]>([
    [
      'sends where nothing speaks against it',
      { modes: modes('enforce'), content: { findings: [] } },
      { verdict: 'send', form: 'content', advice: [] },
    ],
    [
      'says nothing of a gate that is off',
      { modes: modes('off'), content },
      { verdict: 'send', form: 'content', advice: [] },
    ],
    [
      'sends and says so',
      { modes: modes('advise'), content },
      { verdict: 'send', form: 'content', advice: [{ gate: 'window', code: 'window_closed', reason: 'closed' }] },
    ],
    [
      'rejects',
      { modes: modes('enforce'), content },
      { verdict: 'reject', form: 'content', finding: closed, advice: [] },
    ],
    [
      'rejects by one gate and advises by another',
      { modes: { ...modes('advise'), consent: 'enforce' }, content: { findings: [closed, optedOut] } },
      { verdict: 'reject', finding: optedOut, advice: [{ code: 'window_closed' }] },
    ],
    [
      'rejects what the command itself demands, under every setting',
      { modes: modes('off'), content: { findings: [demanded] } },
      { verdict: 'reject', finding: demanded },
    ],
    [
      'takes the fallback under advise',
      { modes: modes('advise'), content, fallback: { findings: [] } },
      { verdict: 'send', form: 'fallback', advice: [] },
    ],
    [
      'takes the fallback under enforce',
      { modes: modes('enforce'), content, fallback: { findings: [] } },
      { verdict: 'send', form: 'fallback' },
    ],
    [
      'takes the first form where the gate is off',
      { modes: modes('off'), content, fallback: { findings: [] } },
      { verdict: 'send', form: 'content' },
    ],
    [
      'takes the first form where the window is open or not known',
      { modes: modes('enforce'), content: { findings: [] }, fallback: { findings: [] } },
      { verdict: 'send', form: 'content' },
    ],
    [
      'judges the fallback by the same gates',
      { modes: modes('enforce'), content, fallback: { findings: [optedOut] } },
      { verdict: 'reject', form: 'fallback', finding: optedOut },
    ],
    [
      'never changes a form that may have been taken',
      { modes: modes('advise'), content, fallback: { findings: [] }, fixedForm: 'content' },
      { verdict: 'send', form: 'content' },
    ],
    [
      'waits for facts that are being made anew',
      { modes: modes('enforce'), content: { findings: [], waitsFor: 'budgets' } },
      { verdict: 'wait', waitsFor: 'budgets' },
    ],
    [
      'rejects rather than waits',
      { modes: modes('enforce'), content: { findings: [optedOut], waitsFor: 'budgets' } },
      { verdict: 'reject' },
    ],
  ])('%s', (_name, given, verdict) => {
    expect(decide(given)).toMatchObject(verdict)
  })
})
