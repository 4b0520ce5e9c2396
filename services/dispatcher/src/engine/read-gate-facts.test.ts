import type { GateModes } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import type { CustomerFacts } from '@imchannel/fact-store'
import { expect, test } from 'vitest'
import { needsOf } from '../domain/gates/needs-reading.ts'
import { readGateFacts } from './read-gate-facts.ts'

const facts: CustomerFacts = { window: {}, coverage: undefined, consent: [], readAt: 1 }
const text = { type: 'text', text: 'hello' } as const
const template = { type: 'template', name: 'again', language: 'en' } as const
const advise: GateModes = { window: 'advise', consent: 'advise', template: 'advise', identity: 'advise' }

test.each<
  [what: string, over: Partial<Pick<SendMessage, 'content' | 'fallback'>>, modes: Partial<GateModes>, how: string[]]
>([
  ['a text waits until a closed window is settled', { content: text }, {}, ['settled']],
  ['and so does one with a fallback', { content: text, fallback: template }, { window: 'enforce' }, ['settled']],
  ['a template asks for consent, and waits for no window', { content: template }, { window: 'enforce' }, ['read']],
  ['a text whose window is not judged neither', { content: text }, { window: 'off' }, ['read']],
  ['nothing is read where no gate asks', { content: text }, { window: 'off', consent: 'off', identity: 'off' }, []],
])('%s', async (_what, over, modes, how) => {
  const asked: string[] = []
  const customers = {
    read: async () => (asked.push('read'), facts),
    readSettled: async () => (asked.push('settled'), facts),
  }
  const send = { type: 'imchannel.message.send.v1', id: 'c', tenant: 'acme', from: '447', to: '351' } as const
  const command: SendMessage = { ...send, content: text, ...over }
  const needs = needsOf(command, { gates: { ...advise, ...modes } })
  const read = await readGateFacts({ customers, templates: { find: () => ({ kind: 'unknown' }) } }, command, needs)
  expect(asked).toEqual(how)
  expect(read.customer).toBe(how.length === 0 ? undefined : facts)
})
