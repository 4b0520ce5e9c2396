import { createLogger } from '@imchannel/logging'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { logWebhook } from './log-webhook.ts'

/** Nothing of the webhook around them has these: where one is printed, a value or a name of the customer's is. */
const MARKS = ['ж', '7', '8']
const marked = fc.string({ unit: fc.constantFrom(...MARKS, ' ', '.', '+', '-', '/'), minLength: 1, maxLength: 12 })
/** Names that Infobip has somewhere, and any other. */
const names = fc.oneof(
  fc.constantFrom('type', 'status', 'name', 'description', 'text', 'id', 'code', 'messageId', 'from', 'to', 'language'),
  fc.constantFrom('reason', 'action', 'event', 'errorMessage', 'templateName', 'tenant', 'error', 'sentAt', 'results'),
  marked,
)
const numbers = fc
  .string({ unit: fc.constantFrom('7', '8'), minLength: 1, maxLength: 15 })
  .map((digits) => Number(digits) / (digits.length > 3 && digits.endsWith('7') ? 1000 : 1))
const { json: anyJson } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    marked,
    numbers,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(names, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

/** Every place at which Infobip puts what customers, or the business's own forms and buttons, have written. */
const places = [
  'response',
  'callbackData',
  'contacts',
  'text',
  'payload',
  'title',
  'nobodyKnows',
  'name',
  'caption',
  'referral',
]

function webhookWith(said: unknown, place: string): object {
  const message = { type: 'INTERACTIVE_FLOW_REPLY', [place]: said }
  const content = [{ type: 'FORM_RESPONSE', [place]: said }]
  const known = { from: '123', to: '456', messageId: 'm-1', receivedAt: '2026-03-02T10:00:00.000+0000' }
  return {
    results: [
      { ...known, message, content, contact: { name: said }, callbackData: said, keyword: said, cleanText: said },
    ],
  }
}

test('no value and no name of any JSON in a customer’s content is in a masked line', () => {
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const logs = (['classic', 'json'] as const).map((format) =>
    createLogger({ service: 'ingress', format, level: 'info', privacy: 'mask', write }),
  )
  fc.assert(
    fc.property(anyJson, fc.constantFrom(...places), (said, place) => {
      const body = JSON.stringify(webhookWith(said, place))
      for (const log of logs)
        logWebhook(log, { tenant: 'acme', path: 'webhook', kinds: new Map([['message', 1]]), body })
      const printed = lines.splice(0).map((line) => line.replace(/"time":"[^"]*"/, ''))
      for (const mark of MARKS) expect(printed.join('')).not.toContain(mark)
      expect(printed.every((line) => line.includes('INTERACTIVE_FLOW_REPLY'))).toBe(true)
    }),
    { numRuns: 500 },
  )
})
