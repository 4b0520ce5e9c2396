import { describe, expect, test } from 'vitest'
import { readTemplates, type TemplateDefinition } from '@imchannel/infobip'
import type { CommandContentOf } from '@imchannel/events'
import { checkRecipient, checkTemplate } from './check-template.ts'

type Template = CommandContentOf<'template'>

const now = Date.parse('2026-11-30T10:00:00Z')
const structure = {
  type: 'MEDIA',
  header: { format: 'IMAGE', example: 'https://media.example.org/shop.jpg' },
  body: { text: 'Hello {{1}}, parcel {{2}} waits. Show {{2}} at the desk, please.' },
  footer: { text: 'Example Shop' },
  buttons: [
    { type: 'URL', text: 'Track', url: 'https://shop.example.org/t/{{1}}' },
    { type: 'QUICK_REPLY', text: 'Later' },
  ],
}

function definition(more: object = {}, given: object = {}): TemplateDefinition {
  const one = { id: '1', businessAccountId: 222, name: 'pickup', language: 'en_GB', status: 'APPROVED', ...given }
  const [read] = readTemplates({ templates: [{ ...one, structure: { ...structure, ...more } }] })
  if (read === undefined) throw new Error('not read')
  return read
}

const header = { type: 'image', media: { url: 'https://media.example.org/shop.jpg' } } as const
const url = { type: 'url', parameter: '4711' } as const
const later = { type: 'quickReply', payload: 'later' } as const
const fitting: Template = {
  type: 'template',
  name: 'pickup',
  language: 'en_GB',
  placeholders: ['Ana', '4711'],
  header,
  buttons: [url, later],
}
const plain: Template = { type: 'template', name: 'pickup', language: 'en_GB' }
const bare = { header: undefined, buttons: [], body: { text: 'Hello' } }

function check(content: Template, known = definition()): object | undefined {
  return checkTemplate(content, { definition: known, isListed: true }, now)
}

describe('a template', () => {
  test('that fits goes', () => {
    expect(check(fitting)).toBeUndefined()
    expect(check({ ...fitting, buttons: [url] })).toBeUndefined()
    expect(check(plain, definition(bare))).toBeUndefined()
  })

  test.each<[string, Template, TemplateDefinition, object]>([
    [
      'a value too many',
      { ...fitting, placeholders: ['Ana', '4711', '4711'] },
      definition(),
      { where: 'content.placeholders', wanted: '2 values', given: '3' },
    ],
    [
      'no header',
      { ...fitting, header: undefined },
      definition(),
      { where: 'content.header', wanted: 'IMAGE', given: 'none' },
    ],
    [
      'another header',
      { ...fitting, header: { type: 'document', media: { id: 'x' }, filename: 'a.pdf' } },
      definition(),
      { wanted: 'IMAGE', given: 'DOCUMENT' },
    ],
    [
      'a header of a text that stands',
      { ...fitting, header: { type: 'text', placeholder: 'x' } },
      definition({ header: { format: 'TEXT', text: 'Hi' } }),
      { wanted: 'no header', given: 'TEXT' },
    ],
    [
      'no value of the URL',
      { ...fitting, buttons: [later] },
      definition(),
      { where: 'content.buttons[0]', given: 'quickReply' },
    ],
    ['an empty URL', { ...fitting, buttons: [{ type: 'url' }, later] }, definition(), { given: 'none' }],
    ['buttons in another order', { ...fitting, buttons: [later, url] }, definition(), { where: 'content.buttons[0]' }],
    [
      'a value for a URL without one',
      { ...fitting, buttons: [url, later] },
      definition({ buttons: [{ type: 'URL', url: 'https://a' }, { type: 'QUICK_REPLY' }] }),
      { given: 'a value' },
    ],
    [
      'no code to copy',
      { ...plain },
      definition({ ...bare, buttons: [{ type: 'COPY_CODE' }] }),
      { wanted: 'COPY_CODE', given: 'none' },
    ],
    ['a button that is not there', { ...plain, buttons: [later] }, definition(bare), { given: 'quickReply' }],
    [
      'a body that is too long',
      { ...fitting, placeholders: ['Ana', 'x'.repeat(520)] },
      definition(),
      { where: 'content.placeholders', given: '1092' },
    ],
    [
      'a header that is too long',
      { ...plain, header: { type: 'text', placeholder: 'x'.repeat(60) } },
      definition({ ...bare, header: { format: 'TEXT', text: 'For {{1}}' } }),
      { where: 'content.header.placeholder', given: '64' },
    ],
    [
      'a card too few',
      { ...plain },
      definition({ ...bare, carousel: { cards: [{ body: { text: 'x' }, buttons: [] }] } }),
      { where: 'content.carousel', wanted: '1 cards', given: '0' },
    ],
    [
      'a card’s header',
      { ...plain, carousel: [{ header: { type: 'video', media: { id: 'x' } } }] },
      definition({ ...bare, carousel: { cards: [{ header: { format: 'IMAGE' }, body: { text: 'x' } }] } }),
      { where: 'content.carousel[0].header', wanted: 'IMAGE' },
    ],
    [
      'an offer without its end',
      { ...plain },
      definition({ ...bare, limitedTimeOffer: { text: 'Now', hasExpiration: true } }),
      { where: 'content.limitedTimeOffer.expiresAt', given: 'none' },
    ],
    [
      'an offer that is over',
      { ...plain, limitedTimeOffer: { expiresAt: '2026-11-30T10:00:00Z' } },
      definition({ ...bare, limitedTimeOffer: { text: 'Now', hasExpiration: true } }),
      { wanted: 'a time to come' },
    ],
  ])('with %s is refused', (_name, content, known, details) => {
    expect(check(content, known)).toMatchObject({ gate: 'template', code: 'template_mismatch', details })
  })

  test.each([
    ['PENDING', 'template_not_approved'],
    ['REJECTED', 'template_not_approved'],
    ['DISABLED', 'template_not_approved'],
    ['PENDING_DELETION', 'template_not_approved'],
    ['DELETED', 'template_not_approved'],
    ['FIRST_PAUSED', 'template_paused'],
    ['SECOND_PAUSED', 'template_paused'],
    ['REINSTATED', undefined],
    ['FLAGGED', undefined],
    ['IN_APPEAL', undefined],
    ['ARCHIVED', undefined],
  ])('that is %s: %s', (status, code) => {
    expect(checkTemplate(fitting, { definition: definition({}, { status }), isListed: true }, now)?.code).toBe(code)
  })

  test('that is in no list is refused only where the list is young and whole', () => {
    expect(checkTemplate(fitting, { isListed: true }, now)?.code).toBe('template_unknown')
    expect(checkTemplate(fitting, { isListed: false }, now)).toBeUndefined()
  })

  test('that Infobip cannot show, or whose values have names, is not judged by its values', () => {
    expect(check(plain, definition({ type: 'UNSUPPORTED' }))).toBeUndefined()
    expect(check({ ...fitting, placeholders: [] }, definition({ body: { text: 'Hello {{name}}' } }))).toBeUndefined()
  })

  test.each<[string, Template, object]>([
    [
      'authentication, whose code is the value of its button',
      { ...plain, placeholders: ['123456'], buttons: [{ type: 'url', parameter: '123456' }] },
      {
        header: undefined,
        body: { addSecurityRecommendation: true },
        buttons: [{ otpType: 'COPY_CODE', text: 'Copy' }],
      },
    ],
    ['a button that nobody knows yet', { ...plain, buttons: [later] }, { ...bare, buttons: [{ type: 'HOLOGRAM' }] }],
    ['a header that nobody knows yet', plain, { ...bare, header: { format: 'PRODUCT' } }],
    ['a button that calls, which takes nothing', plain, { ...bare, buttons: [{ type: 'PHONE_NUMBER' }] }],
  ])('with %s goes', (_name, content, structureOf) => {
    expect(check(content, definition(structureOf))).toBeUndefined()
  })

  test('of authentication needs a phone number', () => {
    expect(checkRecipient('AUTHENTICATION', true)?.code).toBe('phone_required')
    expect(checkRecipient('AUTHENTICATION', false)).toBeUndefined()
    expect(checkRecipient(undefined, true)).toBeUndefined()
  })
})
