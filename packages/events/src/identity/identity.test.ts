import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conversationKey } from './conversation-key.ts'
import { eventIds } from './event-ids.ts'
import { messageIdOf } from './message-id-of.ts'
import { isBsuid, normaliseNumber } from './normalise-number.ts'

describe('normaliseNumber', () => {
  test.each([
    ['447860099299', '447860099299'],
    ['+447860099299', '447860099299'],
    ['00447860099299', '447860099299'],
    [' +44 (0) 7860-099.299 ', '447860099299'],
    ['+44\u00a07860\u2011099299', '447860099299'],
    ['0351', '0351'],
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['US.ENT.11815799212886844830', 'US.ENT.11815799212886844830'],
    ['ExampleShop', 'ExampleShop'],
    ['page-77', 'page-77'],
    ['ana@example.org', 'ana@example.org'],
    ['+', '+'],
    ['00', '00'],
    ['', ''],
  ])('reads %j as %j', (written, read) => {
    expect(normaliseNumber(written)).toBe(read)
  })

  test.each([
    '+351 912 345 678',
    '+351\u00a0912\u00a0345\u00a0678',
    '\u202a+351 912-345-678\u202c',
    '\u2066+351\u2011912\u2011345\u2011678\u2069',
    '+351 (0) 912 345 678',
    '(+351) 912 345 678',
    '00351 912 345 678',
    '\uff0b\uff13\uff15\uff11 \uff19\uff11\uff12 \uff13\uff14\uff15 \uff16\uff17\uff18',
    '٣٥١٩١٢٣٤٥٦٧٨',
    '३५१९१२३४५६७८',
    'tel:+351-912-345-678',
    '351.912.345.678',
    '351\u2212912\u2013345\u2014678',
    '351\u200b912\ufeff345\u00ad678',
    '+351/912/345/678',
  ])('reads the pasted number %j', (written) => {
    expect(normaliseNumber(written)).toBe('351912345678')
  })

  test('leaves the zero of an Italian number', () => {
    expect(normaliseNumber('+39 (0)6 1234 5678')).toBe('390612345678')
    expect(normaliseNumber('+44 (0)20 7946 0958')).toBe('442079460958')
  })

  test('changes nothing that it has made', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('0', '+', '(', ')', '3', '9', ' ', '-') })),
        (written) => normaliseNumber(normaliseNumber(written)) === normaliseNumber(written),
      ),
    )
  })
})

test.each([
  ['US.13491208655302741918', true],
  ['PT.ENT.1a2B3c', true],
  ['us.1', false],
  ['US.', false],
  ['USA.1', false],
  ['351910000042', false],
])('isBsuid(%j) is %s', (value, is) => {
  expect(isBsuid(value)).toBe(is)
})

describe('conversationKey', () => {
  test('has digits on both sides and a dash for what is not known', () => {
    expect(conversationKey({ tenant: 'acme', business: '+44 7860 099299', customer: '0039 123456789' })).toBe(
      'acme:447860099299:39123456789',
    )
    expect(conversationKey({ tenant: 'acme', business: undefined, customer: 'US.1a2B' })).toBe('acme:-:US.1a2B')
    expect(conversationKey({ tenant: 'acme', business: '', customer: undefined })).toBe('acme:-:-')
  })
})

describe('messageIdOf', () => {
  // Computed by Python: uuid.uuid5(uuid.UUID(messageIdNamespace), f"{tenant}:{command_id}").
  test.each([
    ['order-4711-shipped', '03c1ea4c-e27a-54ce-9cce-cdd451425d29'],
    ['é😀', '71ef43ff-4b26-59fa-bdab-d2a9e915ca7f'],
  ])('of acme and %s is what other languages compute', (commandId, messageId) => {
    expect(messageIdOf('acme', commandId)).toBe(messageId)
  })

  test('differs by tenant', () => {
    expect(messageIdOf('acme', 'x')).not.toBe(messageIdOf('other', 'x'))
  })
})

describe('eventIds', () => {
  test('are UUIDs and the same for the same thing', () => {
    const report = { messageId: 'm', channel: 'WHATSAPP', groupId: 3, id: 5, doneAt: '2026-03-04T05:06:07.000Z' }
    const id = eventIds.delivery('acme', report)
    expect(eventIds.delivery('acme', { ...report })).toBe(id)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('keep their parts apart, whatever these contain', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        fc.pre(a !== c || b !== d)
        expect(eventIds.messageReceived('acme', a, b)).not.toBe(eventIds.messageReceived('acme', c, d))
      }),
    )
  })

  test('differ between kinds and between outcomes', () => {
    const ids = [
      eventIds.outcome('acme', 'x', 'accepted'),
      eventIds.outcome('acme', 'x', 'rejected'),
      eventIds.seen('acme', 'x', undefined),
      eventIds.typing('acme', { messageId: 'x', event: 'TYPING_STARTED' }),
      eventIds.typing('acme', { from: 'x', event: 'TYPING_STARTED' }),
      eventIds.ofBytes('payment.changed', 'acme', 'x'),
      eventIds.ofBytes('webhook.unrecognised', 'acme', 'x'),
      eventIds.messageReceived('acme', 'x', 'TEXT'),
      eventIds.messageReceived('acme', 'x', 'TEXT', 'fingerprint'),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})
