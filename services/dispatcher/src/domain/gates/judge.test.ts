import type { GateModes } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import type { CustomerFacts } from '@imchannel/fact-store'
import { WINDOW_MS, type ConsentRecord, type TemplateFact } from '@imchannel/facts'
import { describe, expect, it } from 'vitest'
import type { GateReading } from './gate-reading.ts'
import { judge } from './judge.ts'

const NOW = Date.parse('2026-12-01T10:00:00Z')
const whole = { from: NOW - WINDOW_MS, endsTakenAt: NOW - 1_000 }
const enforce: GateModes = { window: 'enforce', consent: 'enforce', template: 'enforce', identity: 'enforce' }
const advise: GateModes = { window: 'advise', consent: 'advise', template: 'advise', identity: 'advise' }
const off: GateModes = { window: 'off', consent: 'off', template: 'off', identity: 'off' }

const template = { type: 'template', name: 'promo', language: 'en' } as const
// `as`: ids and dates as parsing leaves them.
const text = {
  type: 'imchannel.message.send.v1',
  id: 'c',
  tenant: 'acme',
  from: '447860099299',
  to: '39123456789',
  content: { type: 'text', text: 'hello' },
} as SendMessage

function customer(over: Partial<CustomerFacts> = {}): CustomerFacts {
  return { window: {}, coverage: whole, consent: [], readAt: NOW, ...over }
}

function known(over: { status?: string; category?: string }): TemplateFact {
  const definition = { name: 'promo', language: 'en', structure: { type: 'UNSUPPORTED', buttons: [] }, ...over }
  // `as`: what the checks read of a definition.
  return { kind: 'known', ageMs: 5, template: { definition: definition as never, isListed: true } }
}

interface Given {
  command?: Partial<SendMessage>
  modes?: GateModes
  reading?: Partial<GateReading> | undefined
  fixedForm?: 'content' | 'fallback'
}

function judged({ command = {}, modes = enforce, reading = {}, fixedForm }: Given) {
  return judge({
    command: { ...text, ...command },
    modes,
    reading: { customer: customer(), templates: {}, atMs: 0, ...reading },
    nowMs: 0,
    now: 0,
    fixedForm,
  })
}

const optOut: ConsentRecord = { source: 'keyword', state: 'optedOut', scope: 'marketing', since: NOW - 5_000 }
const closedAt = new Date(NOW - 1).toISOString()
const opened = (ago: number) => ({ customer: customer({ window: { openedAt: NOW - ago } }) })

describe('the gates', () => {
  it.each<[string, Given, object]>([
    ['23:59:59 after a message', { reading: opened(WINDOW_MS - 1_000) }, { verdict: 'send', form: 'content' }],
    ['24:00:00 after it', { reading: opened(WINDOW_MS) }, { verdict: 'reject', finding: { code: 'window_closed' } }],
    [
      'a millisecond later',
      { reading: opened(WINDOW_MS + 1) },
      { verdict: 'reject', finding: { details: { closesAt: closedAt } } },
    ],
    ['nobody has written', {}, { verdict: 'reject', finding: { code: 'window_closed' } }],
    [
      'nobody has written, and the gate advises',
      { modes: advise },
      { verdict: 'send', advice: [{ gate: 'window', code: 'window_closed' }] },
    ],
    ['nobody has written, and the gate is off', { modes: off }, { verdict: 'send', advice: [] }],
    ['nobody has written, and it is a template', { command: { content: template } }, { verdict: 'send', advice: [] }],
    [
      'not all was read that customers wrote',
      { reading: { customer: customer({ coverage: undefined }) } },
      { verdict: 'send', advice: [] },
    ],
    ['Redis does not answer', { reading: { customer: undefined } }, { verdict: 'send', advice: [] }],
    [
      'closed at its sendAt, unless the customer writes',
      { command: { sendAt: new Date(NOW + 2 * WINDOW_MS).toISOString() }, reading: opened(1_000) },
      { verdict: 'send', form: 'content', advice: [{ code: 'window_closed' }] },
    ],
    [
      'the same, with a fallback',
      {
        command: { sendAt: new Date(NOW + 2 * WINDOW_MS).toISOString(), fallback: template },
        reading: opened(1_000),
      },
      { verdict: 'send', form: 'fallback', advice: [] },
    ],
    ['closed, with a fallback', { command: { fallback: template } }, { verdict: 'send', form: 'fallback' }],
    [
      'closed, with a fallback, after a request of the first form that may have been taken',
      { command: { fallback: template }, fixedForm: 'content' },
      { verdict: 'reject', form: 'content', finding: { code: 'window_closed' } },
    ],
    [
      'open again, after a request of the fallback that may have been taken',
      { command: { fallback: template }, fixedForm: 'fallback', reading: opened(1_000) },
      { verdict: 'send', form: 'fallback' },
    ],
    [
      'the template of the fallback is paused',
      { command: { fallback: template }, reading: { templates: { fallback: known({ status: 'FIRST_PAUSED' }) } } },
      { verdict: 'reject', form: 'fallback', finding: { code: 'template_paused' } },
    ],
    [
      'opted out of marketing, and the template is marketing',
      {
        command: { content: template },
        reading: {
          customer: customer({ consent: [optOut] }),
          templates: { content: known({ category: 'MARKETING' }) },
        },
      },
      { verdict: 'reject', finding: { code: 'opted_out', details: { source: 'keyword' } } },
    ],
    [
      'opted out of marketing, and nobody knows the template, which the command calls marketing',
      {
        command: { content: template, category: 'marketing' },
        reading: { customer: customer({ consent: [optOut] }), templates: { content: { kind: 'unknown' } } },
      },
      { verdict: 'reject', finding: { code: 'opted_out' } },
    ],
    [
      'WhatsApp has refused the customer’s new identity, and nobody confirmed it',
      { reading: { customer: customer({ window: { openedAt: NOW - 5 }, unconfirmedAt: NOW - 1_000 }) } },
      { verdict: 'reject', finding: { gate: 'identity', code: 'identity_unconfirmed' } },
    ],
    [
      'it was confirmed since',
      {
        reading: {
          customer: customer({ window: { openedAt: NOW - 5 }, unconfirmedAt: NOW - 1_000, confirmedAt: NOW - 500 }),
        },
      },
      { verdict: 'send', advice: [] },
    ],
    [
      'opted out of marketing, and it is an answer',
      { reading: { customer: customer({ window: { openedAt: NOW - 1 }, consent: [optOut] }) } },
      { verdict: 'send', advice: [] },
    ],
    [
      'opted out of everything, and it is an answer',
      { reading: { customer: customer({ window: { openedAt: NOW - 1 }, consent: [{ ...optOut, scope: 'all' }] }) } },
      { verdict: 'reject', finding: { code: 'opted_out' } },
    ],
    [
      'opted out by a key word, and in again by the same source',
      {
        command: { content: template, category: 'marketing' },
        reading: { customer: customer({ consent: [{ ...optOut, state: 'optedIn', since: NOW }, optOut] }) },
      },
      { verdict: 'send' },
    ],
    [
      'the template moved to marketing, under maxCategory, with all gates off',
      {
        command: { content: template, maxCategory: 'utility' },
        modes: off,
        reading: { templates: { content: known({ category: 'MARKETING' }) } },
      },
      { verdict: 'reject', finding: { code: 'template_category' } },
    ],
    [
      'the template is as cheap as maxCategory allows',
      {
        command: { content: template, maxCategory: 'utility' },
        reading: { templates: { content: known({ category: 'UTILITY' }) } },
      },
      { verdict: 'send' },
    ],
    [
      'nobody knows what the template costs',
      {
        command: { content: template, maxCategory: 'utility' },
        reading: { templates: { content: { kind: 'unknown' } } },
      },
      { verdict: 'send' },
    ],
    [
      'the account has no such template',
      { command: { content: template }, reading: { templates: { content: { kind: 'absent', ageMs: 1 } } } },
      { verdict: 'reject', finding: { code: 'template_unknown' } },
    ],
    [
      'a template of authentication for a user id',
      {
        command: { content: template, to: 'GB.13491208655302741918' },
        reading: { templates: { content: known({ category: 'AUTHENTICATION' }) } },
      },
      { verdict: 'reject', finding: { gate: 'identity', code: 'phone_required' } },
    ],
  ])('%s', (_name, given, verdict) => {
    expect(judged(given).verdict).toMatchObject(verdict)
  })

  it('goes by the time that has passed since the reading, on Redis’s clock', () => {
    const given = { command: text, modes: enforce, now: 0, fixedForm: undefined }
    const reading = { customer: customer({ window: { openedAt: NOW - WINDOW_MS + 600 } }), templates: {}, atMs: 100 }
    const verdicts = [699, 700].map((nowMs) => judge({ ...given, reading, nowMs }).verdict.verdict)
    expect(verdicts).toEqual(['send', 'reject'])
  })

  it('says what it was made of, with ages, and what is not known', () => {
    const command = { content: template }
    const reading = { ...opened(1_000), templates: { content: known({ status: 'APPROVED', category: 'UTILITY' }) } }
    expect(judged({ command, reading }).facts()).toEqual([
      { fact: 'window', value: `open until ${new Date(NOW - 1_000 + WINDOW_MS).toISOString()}`, ageMs: 0 },
      { fact: 'consent', value: 'no opt-out', ageMs: 0 },
      { fact: 'template', value: 'APPROVED, UTILITY', ageMs: 5 },
      { fact: 'recipient', value: 'phone number' },
    ])
    expect(judged({ reading: { customer: undefined } }).facts()).toEqual([
      { fact: 'window', value: 'unknown' },
      { fact: 'consent', value: 'unknown' },
      { fact: 'recipient', value: 'phone number' },
    ])
  })
})
