import type { CommandContent, SendMessage } from '@imchannel/events'
import { describe, expect, it } from 'vitest'
import { goldenSend } from '../../../test/contract/golden-commands.ts'
import { checkSend, requestErrors } from './index.ts'
import type { RequestErrorCode } from './index.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const context = { api: 'omni', scenarioKey: 'S', now } as const
const text: CommandContent = { type: 'text', text: 'x' }
const buttons = (...all: [string, string][]): CommandContent => ({
  type: 'buttons',
  body: 'b',
  buttons: all.map(([id, title]) => ({ id, title })),
})
const section = (title: string | undefined, ...ids: string[]) => ({
  ...(title === undefined ? {} : { title }),
  rows: ids.map((id) => ({ id, title: 't' })),
})
const list = (...parts: (ReturnType<typeof section> | string)[]): CommandContent => ({
  type: 'list',
  body: 'b',
  button: parts.find((part) => typeof part === 'string') ?? 'Open',
  sections: parts.filter((part) => typeof part !== 'string'),
})
const flow = { type: 'flow', body: 'b', button: 'Go', flowId: 'f', flowToken: 't' } as const
const template = { type: 'template', name: 't', language: 'en' } as const
const native = (
  api: 'omni' | 'whatsapp' | 'messages',
  body: Record<string, unknown>,
  path?: string,
): CommandContent => ({
  type: 'native',
  api,
  body,
  ...(path === undefined ? {} : { path }),
})
const image = (url: string): CommandContent => ({ type: 'image', media: { url } })
const inline = (bytes: number): CommandContent => ({
  type: 'image',
  media: { base64: Buffer.alloc(bytes).toString('base64'), contentType: 'image/png' },
})
const amount = { value: 2 ** 31 }
const order: CommandContent = {
  type: 'orderDetails',
  body: 'b',
  payment: { type: 'UPI_PAYU' },
  currency: 'INR',
  orderType: 'DIGITAL_GOODS',
  total: amount,
  order: {
    items: [{ retailerId: 'r', name: 'n', amount: { value: 1 }, quantity: 1 }],
    subtotal: { value: 1 },
    tax: { value: 1 },
  },
}
const picture = { type: 'image', media: { url: 'https://example.com/a.jpg' } } as const
const products = (...titles: (string | undefined)[]): CommandContent => ({
  type: 'productList',
  header: 'h',
  body: 'b',
  catalogId: 'c',
  sections: titles.map((title) => ({ ...(title === undefined ? {} : { title }), productRetailerIds: ['r'] })),
})
const cards = (...all: { title: string; url: string }[]): CommandContent => ({
  type: 'carousel',
  body: 'b',
  cards: all.map((button) => ({ header: picture, body: '', button })),
})
const replyCards = (...ids: string[][]): CommandContent => ({
  type: 'carousel',
  body: 'b',
  cards: ids.map((all) => ({ header: picture, body: '', buttons: all.map((id) => ({ id, title: 't' })) })),
})
const contactOf = (part: 'addresses' | 'emails' | 'urls' | 'phones', type: string): CommandContent => ({
  type: 'contacts',
  contacts: [
    { name: contact.name },
    {
      name: contact.name,
      phones: part === 'phones' ? [{ phone: '1', type }] : [{ phone: '1', type: 'CELL' }],
      emails: part === 'emails' ? [{ email: 'e', type }] : [{ email: 'e', type: 'WORK' }],
      urls: part === 'urls' ? [{ url: 'u', type }] : [{ url: 'u', type: 'HOME' }],
      addresses: part === 'addresses' ? [{ type }] : [{ type: 'HOME' }],
    },
  ],
})
const contact = { name: { firstName: 'a', formattedName: 'a' }, phones: [{ phone: '1', type: 'MOBILE' }] }

type Case = [RequestErrorCode, string, CommandContent, Partial<SendMessage>?]

const cases: Case[] = [
  ['malformed_text', 'command.content.text', { type: 'text', text: 'cut \ud83d' }],
  ['malformed_text', 'command.callbackData', text, { callbackData: '\udc00' }],
  ['no_url_to_preview', 'content.previewUrl', { type: 'text', text: 'no link', previewUrl: true }],
  ['invalid_media_url', 'content.media.url', image('file:///etc/passwd')],
  ['invalid_media_url', 'content.media.url', image('/getImageMessage/1')],
  ['invalid_media_url', 'content.media.url', image('https://user:secret@example.com/a')],
  ['invalid_media_url', 'content.media.url', image(' https://example.com/a')],
  [
    'invalid_media_url',
    'content.header.media.url',
    { ...template, header: { type: 'image', media: { url: 'ftp://x/a' } } },
  ],
  ['inline_media_too_large', 'content.media.base64', inline(512 * 1024 + 1)],
  ['duplicate_id', 'content.buttons[1].id', buttons(['a', 'A'], ['a', 'B'])],
  ['duplicate_title', 'content.buttons[1].title', buttons(['a', 'A'], ['b', 'A'])],
  ...['Yes 👍', '🇧🇷 Português', '1️⃣ Sim', '2⃣', 'Love ❤️', '®️', '👩‍👩‍👧', '👍🏽', '🇧', '☕'].map((title): Case => [
    'emoji_not_allowed',
    'content.buttons[1].title',
    buttons(['a', 'A'], ['b', title]),
  ]),
  ['emoji_not_allowed', 'content.button', list(section('a', 'a'), '🇵🇹')],
  ['blank_at_edge', 'content.buttons[0].id', buttons([' a', 'A'])],
  [
    'too_many_rows',
    'content.sections',
    list(section('a', '1', '2', '3', '4', '5', '6'), section('b', '7', '8', '9', '10', '11')),
  ],
  ['missing_section_title', 'content.sections[1].title', list(section('a', 'a'), section(undefined, 'b'))],
  ['duplicate_id', 'content.sections[1].rows[0].id', list(section('a', 'a'), section('b', 'a'))],
  ['missing_section_title', 'content.sections[0].title', products(undefined, 'b')],
  ['missing_section_title', 'content.sections[1].title', products('a', '')],
  ...['javascript:alert(1)', '/relative', 'example.com', 'https://u:p@example.com', 'mailto:a@example.com'].flatMap(
    (url): Case[] => [
      ['invalid_url', 'content.url', { type: 'urlButton', body: 'b', title: 't', url }],
      [
        'invalid_url',
        'content.cards[1].button.url',
        cards({ title: 'A', url: 'https://example.com' }, { title: 'B', url }),
      ],
    ],
  ),
  ['duplicate_id', 'content.cards[1].buttons[1].id', replyCards(['a', 'b'], ['a', 'a'])],
  ['blank_at_edge', 'content.buttons[1].id', buttons(['a', 'A'], ['b ', 'B'])],
  ...(
    [
      ['Line 1\nLine 2', 'holds a line break'],
      ['Line 1\rLine 2', 'holds a line break'],
      ['a\tb', 'holds a tab'],
      ['Ann     Bee', 'holds more than four blanks in a row'],
      ['', 'is empty'],
    ] as const
  ).flatMap(([value]): Case[] => [
    ['invalid_placeholder', 'content.placeholders[1]', { ...template, placeholders: ['fine', value] }],
    [
      'invalid_placeholder',
      'content.carousel[1].placeholders[0]',
      {
        ...template,
        carousel: [
          { header: picture, placeholders: ['fine'] },
          { header: picture, placeholders: [value] },
        ],
      },
    ],
    [
      'invalid_placeholder',
      'content.header.placeholder',
      { ...template, header: { type: 'text', placeholder: value } },
    ],
  ]),
  ['flow_needs_screen', 'content.screen', { ...flow, data: { a: 1 } }],
  ['flow_needs_screen', 'content.data', { ...flow, screen: 's', data: {} }],
  ['flow_screen_not_allowed', 'content.screen', { ...flow, action: 'DATA_EXCHANGE', screen: 's' }],
  [
    'invalid_offer_expiry',
    'content.limitedTimeOffer.expiresAt',
    { ...template, limitedTimeOffer: { expiresAt: 'soon' } },
  ],
  ['number_too_large', 'content.total.value', order],
  ['cannot_quote', 'replyTo', { type: 'voiceButton', body: 'b' }, { replyTo: { messageId: 'w' } }],
  [
    'unknown_contact_type',
    'content.contacts[0].phones[0].type',
    { type: 'contacts', contacts: [contact] },
    { replyTo: { messageId: 'w' } },
  ],
  // A phone may be mobile; nothing else of a contact may.
  ...(
    [
      ['addresses', 'CELL'],
      ['emails', 'CELL'],
      ['urls', 'MAIN'],
      ['phones', 'MOBILE'],
    ] as const
  ).map(([part, type]): Case => [
    'unknown_contact_type',
    `content.contacts[1].${part}[0].type`,
    contactOf(part, type),
    { replyTo: { messageId: 'w' } },
  ]),
  ['cannot_schedule', 'sendAt', buttons(['a', 'A']), { sendAt: '2026-01-02T00:00:00.000Z' }],
  [
    'cannot_schedule',
    'sendAt',
    { type: 'document', media: { url: 'https://e.com/a' }, filename: 'a.pdf' },
    { sendAt: '2026-01-02T00:00:00.000Z' },
  ],
  ['cannot_schedule', 'sendAt', text, { sendAt: '2026-01-02T00:00:00.000Z', replyTo: { messageId: 'w' } }],
  ['send_at_too_far', 'sendAt', text, { sendAt: '2026-06-30T00:00:00.000Z' }],
  [
    'expires_before_send',
    'expiresAt',
    text,
    { sendAt: '2026-01-02T00:00:00.000Z', expiresAt: '2026-01-02T00:00:00.000Z' },
  ],
  ['native_path_unknown', 'content.path', native('whatsapp', {}, 'reaction')],
  ['native_path_unknown', 'content.path', native('whatsapp', {}, '../../2/senders/1/templates')],
  ['native_path_unknown', 'content.path', native('omni', {}, 'advanced')],
  ['native_conflict', 'content.body.to', native('whatsapp', { to: '1' }, 'text')],
  ['native_conflict', 'content.body.scenarioKey', native('omni', { scenarioKey: 'other' })],
  ['native_conflict', 'content.body.destinations', native('omni', { destinations: [{ to: { phoneNumber: '1' } }] })],
  ['native_conflict', 'content.body.sender', native('messages', { sender: 'other' })],
  ['native_several', 'content.body', native('omni', { destinations: [{}, {}] })],
  ['native_several', 'content.body', native('messages', { destinations: [{ to: '1' }, { to: '2' }] })],
]

describe('what cannot be sent is refused, with where and why', () => {
  it.each(cases)('%s at %s', (code, path, content, more = {}) => {
    const found = checkSend(goldenSend({ content, more }), context)
    expect(found).toMatchObject({ code, path })
    expect(found?.reason.startsWith(`${path}: `)).toBe(true)
  })

  it('refuses native omni for a sender without a scenario', () => {
    const command = goldenSend({ content: native('omni', { whatsApp: { text: 'x' } }) })
    expect(checkSend(command, { api: 'omni', now })).toMatchObject({ code: 'missing_scenario' })
  })

  it('has a case for every code', () => {
    const tested = new Set<string>([...cases.map(([code]) => code), 'missing_scenario'])
    expect(Object.keys(requestErrors).filter((code) => !tested.has(code))).toEqual([])
  })
})

it.each<[string, CommandContent, Partial<SendMessage>?]>([
  ['signs that are text', buttons(['a', 'Café®'], ['b', 'Info™'], ['c', '© 1 #*‼'])],
  ['a phone of each type', contactOf('phones', 'IPHONE'), { replyTo: { messageId: 'w' } }],
  ['four blanks in a value', { ...template, placeholders: ['Ann    Bee', ' ', 'a\u00a0b'] }],
  ['one section of products without a title', products(undefined)],
  ['the same ids in two cards', replyCards(['a', 'b'], ['a', 'b'])],
  ['a time that has come', buttons(['a', 'A']), { sendAt: '2025-12-01T00:00:00.000Z' }],
  ['contacts of any type over omni', { type: 'contacts', contacts: [contact] }],
  ['512 KiB in the command itself', inline(512 * 1024)],
  ['one section without a title', list(section(undefined, 'a'))],
  ['plus signs and blanks in numbers of a native body', native('whatsapp', { to: '+39 123 456789' }, 'text')],
])('lets through %s', (_note, content, more = {}) => {
  expect(checkSend(goldenSend({ content, more }), context)).toBeUndefined()
})
