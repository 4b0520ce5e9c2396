import type { SendMessage } from '@imchannel/events'
import type { TemplateFact } from '@imchannel/facts'
import { expect, test } from 'vitest'
import { factsAtRequest, type RequestMoment } from './facts-at-request.ts'

const HOUR = 3_600_000
const now = Date.parse('2026-11-30T10:00:00Z')
const send = { type: 'imchannel.message.send.v1', id: 'c', tenant: 'acme', from: '447', to: '351' } as const
const text: SendMessage = { ...send, content: { type: 'text', text: 'hello' } }
const again = { type: 'template', name: 'again', language: 'en' } as const
const native: SendMessage = { ...send, content: { type: 'native', api: 'whatsapp', path: 'x', body: {} } }

function template(category: string | undefined): TemplateFact {
  const definition = {
    id: '1',
    name: 'again',
    language: 'en',
    status: 'APPROVED',
    category,
    structure: { buttons: [] },
  }
  return { kind: 'known', ageMs: 0, template: { isListed: true, definition } }
}

interface Known {
  readonly openedAgo?: number
  readonly readSince?: number
  readonly template?: TemplateFact
}

function reading({ openedAgo, readSince = 200 * HOUR, template: found }: Known): RequestMoment['reading'] {
  const window = openedAgo === undefined ? {} : { openedAt: now - openedAgo }
  const coverage = { from: now - readSince, endsTakenAt: now - 1 }
  return {
    customer: { window, coverage, consent: [], readAt: now },
    templates: found === undefined ? {} : { content: found, fallback: found },
    atMs: 5,
  }
}

test.each<[what: string, over: Partial<RequestMoment>, kept: object]>([
  ['nothing was read', { reading: undefined }, { category: 'service' }],
  [
    'the customer wrote an hour ago, perhaps through an ad',
    { reading: reading({ openedAgo: HOUR }) },
    { category: 'service', window: 'open' },
  ],
  ['she wrote 95 hours ago', { reading: reading({ openedAgo: 95 * HOUR }) }, { category: 'service', window: 'closed' }],
  [
    'she wrote 96 hours ago',
    { reading: reading({ openedAgo: 96 * HOUR }) },
    { category: 'service', window: 'closed', freeEntryPoint: 'no' },
  ],
  [
    'nobody knows what she wrote before yesterday',
    { reading: reading({ readSince: 25 * HOUR }) },
    { category: 'service', window: 'closed' },
  ],
  [
    'not all is read that she may have written',
    { reading: reading({ readSince: HOUR, openedAgo: 96 * HOUR }) },
    { category: 'service' },
  ],
  [
    'a template has the account’s category, whatever the command says',
    {
      command: { ...send, content: again, category: 'utility' },
      reading: reading({ template: template('MARKETING') }),
    },
    { category: 'marketing', window: 'closed', freeEntryPoint: 'no' },
  ],
  [
    'the fallback’s category where that is sent',
    { command: { ...text, fallback: again }, form: 'fallback', reading: reading({ template: template('UTILITY') }) },
    { category: 'utility', window: 'closed', freeEntryPoint: 'no' },
  ],
  [
    'a template of which nothing is known has none',
    { command: { ...send, content: again }, reading: reading({ template: { kind: 'unknown' } }) },
    { window: 'closed', freeEntryPoint: 'no' },
  ],
  [
    'nor has one of a category that nobody knows',
    { command: { ...send, content: again }, reading: reading({ template: template('SPECIAL') }) },
    { window: 'closed', freeEntryPoint: 'no' },
  ],
  ['what is native may be a template', { command: native }, { window: 'closed', freeEntryPoint: 'no' }],
  [
    'until it goes she may write',
    { command: { ...text, sendAt: new Date(now + 30 * HOUR).toISOString() } },
    { category: 'service' },
  ],
])('%s', (_what, over, kept) => {
  const moment = { command: text, form: 'content', reading: reading({}), nowMs: 5, now, ...over } as const
  expect(factsAtRequest(moment)).toEqual(kept)
})
