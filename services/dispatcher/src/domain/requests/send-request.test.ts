import type { CommandContent, MediaRef, SendMessage } from '@imchannel/events'
import { describe, expect, it } from 'vitest'
import { goldenCommands, goldenSend } from '../../../test/contract/golden-commands.ts'
import { buildReadRequest, buildSendRequest, buildTypingRequest, checkSend, listMedia } from './index.ts'
import type { FoundMedia, SendContext } from './index.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const messageId = '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2'
const omni: SendContext = { api: 'omni', scenarioKey: 'AAAAAAAAAAAABC63903B684B3E46C5DD869', messageId, now }
const messages: SendContext = { api: 'messages', messageId, now }
const id: MediaRef = { id: 'bb8b8717-5b71-45a7-be04-af9cb746661b' }
const stored: FoundMedia = {
  url: 'https://chat.example.com/acme/imchannel/getImageMessage/bb8b8717-5b71-45a7-be04-af9cb746661b',
  filename: 'NFO_resized.jpg',
}

function build(content: CommandContent, context = omni, more: Partial<SendMessage> = {}) {
  return buildSendRequest(goldenSend({ content, more }), context, new Map([[id, stored]]))
}

function bodyOf(request: { body?: string }): unknown {
  return JSON.parse(request.body ?? 'null')
}

describe('every kind of content', () => {
  it.each(goldenCommands)(
    'goes where it can be carried whole: $note',
    ({ content, path, messagesPath = path, more }) => {
      const command = goldenSend({ content, ...(more === undefined ? {} : { more }) })
      expect(checkSend(command, omni)).toBeUndefined()
      const overOmni = buildSendRequest(command, omni)
      expect(overOmni.path).toBe(path)
      expect(overOmni.body).toContain(messageId)
      const isNative = content.type === 'native'
      if (!isNative && checkSend(command, messages) === undefined) {
        expect(buildSendRequest(command, messages).path).toBe(messagesPath)
      }
      // Without a scenario nothing goes over omni: Infobip would take the default one.
      const withoutScenario = { ...omni, scenarioKey: undefined }
      if (!isNative && checkSend(command, withoutScenario) === undefined) {
        expect(buildSendRequest(command, withoutScenario).path).not.toContain('/omni/')
      }
    },
  )
})

describe('the legacy system’s requests, to the letter', () => {
  it('text', () => {
    const { path, logName, answer, body } = build({ type: 'text', text: 'Service Message - Chat Closed Success.' })
    expect({ path, logName, answer }).toEqual({ path: '/omni/1/advanced', logName: 'sendMessage', answer: 'messages' })
    expect(body).toBe(
      '{"scenarioKey":"AAAAAAAAAAAABC63903B684B3E46C5DD869","destinations":[{"to":{"phoneNumber":"39123456789"},' +
        `"messageId":"${messageId}"}],"whatsApp":{"text":"Service Message - Chat Closed Success."}}`,
    )
  })

  it('image, its stored file name as text', () => {
    const { logName, body } = build({ type: 'image', media: id })
    expect(logName).toBe('sendWhatsAppImageMessage')
    expect(body).toContain(`"whatsApp":{"text":"NFO_resized.jpg","imageUrl":"${stored.url}"}}`)
  })

  it.each([
    ['document', 'sendWhatsAppDocumentMessage'],
    ['video', 'sendWhatsAppVideoMessage'],
    ['audio', 'sendWhatsAppAudioMessage'],
    ['sticker', 'sendWhatsAppStickerMessage'],
  ] as const)('%s has the function name %s', (type, name) => {
    expect(build({ type, media: id }).logName).toBe(name)
  })
})

it('prefers the caption to the file name, and a file name of the command to the stored one', () => {
  expect(bodyOf(build({ type: 'image', media: id, caption: 'c', filename: 'f' }))).toMatchObject({
    whatsApp: { text: 'c' },
  })
  expect(bodyOf(build({ type: 'image', media: id, filename: 'f' }))).toMatchObject({ whatsApp: { text: 'f' } })
})

it('keeps file names within what Infobip takes, and their ending', () => {
  const media = new Map([[id, { url: stored.url, filename: `${'n'.repeat(300)}.pdf` }]])
  const command = goldenSend({ content: { type: 'document', media: id }, more: { replyTo: { messageId: 'w' } } })
  const { content } = JSON.parse(buildSendRequest(command, omni, media).body ?? '') as { content: { filename: string } }
  expect(content.filename).toHaveLength(240)
  expect(content.filename).toMatch(/n\.pdf$/u)
})

it('lists every media item once, with where it is', () => {
  const card = { header: { type: 'video' as const, media: id }, body: '', button: { title: 'A', url: 'https://e.com' } }
  expect(
    listMedia({ type: 'carousel', body: 'b', cards: [card, card] }).map(({ path, kind }) => `${kind} ${path}`),
  ).toEqual(['video content.cards[0].header.media', 'video content.cards[1].header.media'])
})

describe('time', () => {
  const text: CommandContent = { type: 'text', text: 'x' }

  it('goes to omni as sendAt in its own spelling, and to the Messages API as a schedule', () => {
    const more = { sendAt: '2026-01-01T10:00:00.000Z' }
    expect(bodyOf(build(text, omni, more))).toMatchObject({ sendAt: '2026-01-01T10:00:00.000+0000' })
    expect(bodyOf(build(text, messages, more))).toMatchObject({
      options: { schedule: { sendAt: '2026-01-01T10:00:00.000Z' } },
    })
  })

  it('that has come is left out', () => {
    expect(build(text, omni, { sendAt: '2025-12-31T23:59:59.000Z' }).body).not.toContain('sendAt')
  })

  it.each([
    ['2026-01-01T01:00:00.000Z', undefined, 3600],
    ['2026-01-01T00:00:05.000Z', undefined, 31],
    ['2026-01-09T00:00:00.000Z', undefined, 172_800],
    ['2026-01-01T12:00:00.000Z', '2026-01-01T11:00:00.000Z', 3600],
  ])('until %s, sent at %s, is valid for %i s', (expiresAt, sendAt, seconds) => {
    const more = { expiresAt, ...(sendAt === undefined ? {} : { sendAt }) }
    const validity = { validityPeriod: seconds, validityPeriodTimeUnit: 'SECONDS' }
    expect(bodyOf(build(text, omni, more))).toMatchObject({ whatsApp: validity })
    expect(bodyOf(build(text, messages, more))).toMatchObject({
      messages: [{ options: { validityPeriod: { amount: seconds, timeUnit: 'SECONDS' } } }],
    })
  })
})

it('passes payments of every type on as they are', () => {
  const payment = { type: 'SOMETHING_NEW', nested: { a: [1, null] } }
  expect(bodyOf(build({ type: 'orderStatus', payment, status: 'SHIPPED' }))).toMatchObject({
    content: { action: { payment } },
  })
})

describe('native', () => {
  it('sets sender, recipient and message id, and keeps the rest', () => {
    const body = { from: '447860099299', content: { anything: [1] }, urlOptions: { shortenUrl: false } }
    const request = build({ type: 'native', api: 'whatsapp', path: 'interactive/flow', body }, omni, {
      callbackData: 'cb',
    })
    expect(bodyOf(request)).toEqual({ ...body, to: '39123456789', messageId, callbackData: 'cb' })
  })

  it('takes a list of one, as Infobip’s own examples have it', () => {
    const message = { channel: 'WHATSAPP', sender: '447860099299', destinations: [{ to: '39123456789' }], content: {} }
    const request = build({ type: 'native', api: 'messages', body: { messages: [message], options: { tracking: {} } } })
    expect(bodyOf(request)).toEqual({
      messages: [{ ...message, destinations: [{ to: '39123456789', messageId }] }],
      options: { tracking: {} },
    })
  })

  it('keeps a prototype out of the way', () => {
    const body = JSON.parse('{"__proto__":{"polluted":true},"whatsApp":{"text":"x"}}') as Record<string, unknown>
    const request = build({ type: 'native', api: 'omni', body })
    expect(request.body).toContain('"whatsApp":{"text":"x"}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

it('builds read and typing', () => {
  const common = { id: 'x', tenant: 'acme', from: '447860099299' }
  expect(buildReadRequest({ ...common, type: 'imchannel.message.read.v1', messageId: 'a/b' })).toEqual({
    method: 'POST',
    api: 'whatsapp',
    path: '/whatsapp/1/senders/447860099299/message/a%2Fb/read',
    logName: 'markAsRead',
    answer: 'none',
  })
  const typing = buildTypingRequest({ ...common, type: 'imchannel.typing.start.v1', to: '39123456789' }, messageId)
  expect(bodyOf(typing)).toEqual({
    events: [
      {
        sender: '447860099299',
        destinations: [{ to: '39123456789', messageId }],
        content: { type: 'TYPING_INDICATOR' },
      },
    ],
  })
})
