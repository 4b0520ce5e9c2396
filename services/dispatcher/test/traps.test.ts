import type { CommandContent, SendMessage } from '@imchannel/events'
import { commandContents, parseCommand } from '@imchannel/events'
import { createInfobipClient, readLogs, readResponse } from '@imchannel/infobip'
import type { ExchangeResponse, Transport, TransportRequest } from '@imchannel/infobip'
import { expect, it } from 'vitest'
import { buildSendRequest, checkSend } from '../src/domain/requests/index.ts'
import { goldenCommands, goldenSend } from './contract/golden-commands.ts'

/** The traps of Infobip's sending side, each by its number in the list that forty-traps.test.ts keeps. */

const now = Date.parse('2026-01-01T00:00:00Z')
const messageId = '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2'
const omni = { api: 'omni', scenarioKey: 'S', messageId, now } as const
const messages = { api: 'messages', messageId, now } as const

function bodyOf(
  content: CommandContent,
  context: typeof omni | typeof messages = omni,
  more: Partial<SendMessage> = {},
): unknown {
  return JSON.parse(buildSendRequest(goldenSend({ content, more }), context).body ?? '')
}

function read(command: object) {
  const value = Buffer.from(
    JSON.stringify({ id: 'x', tenant: 'acme', from: '447860099299', to: '39123456789', ...command }),
  )
  return parseCommand({ topic: 't', partition: 0, offset: '0', key: null, value, headers: {} })
}

function answer(status: number, parsed: unknown): ExchangeResponse {
  const body = Buffer.from(JSON.stringify(parsed))
  return { kind: 'response', status, headers: {}, body, truncated: false, parsed }
}

const outcome = (parsed: unknown, status = 200) =>
  readResponse({ answer: 'messages', messageId, now }, answer(status, parsed))

/** Native bodies are the bot's own: they may ask for anything. */
const ours = goldenCommands.filter(({ content }) => content.type !== 'native')

it('trap 9: a text is refused for its length only where both counts of characters exceed, and never cut', () => {
  const emoji = '\u{1F600}'.repeat(4096)
  expect(read({ content: { type: 'text', text: emoji } })).toMatchObject({ outcome: 'command' })
  expect(read({ content: { type: 'text', text: `${emoji}x` } })).toMatchObject({ outcome: 'rejected' })
  expect(bodyOf({ type: 'text', text: '*bold* e\u0301' })).toMatchObject({ whatsApp: { text: '*bold* e\u0301' } })
  expect(checkSend(goldenSend({ content: { type: 'text', text: '\ud83d' } }), omni)).toMatchObject({
    code: 'malformed_text',
  })
})

it('trap 10: a recipient is digits without plus or zeros in front, or a BSUID, and never a number', () => {
  const reading = read({ to: '+39 123-456789', content: { type: 'text', text: 'x' } })
  expect(reading).toMatchObject({ command: { to: '39123456789' } })
  const long = '9'.repeat(20)
  expect(bodyOf({ type: 'text', text: 'x' }, omni, { to: long })).toMatchObject({
    destinations: [{ to: { phoneNumber: long } }],
  })
  expect(bodyOf({ type: 'text', text: 'x' }, omni, { to: 'IN.a1' })).toMatchObject({
    destinations: [{ to: { whatsAppUserId: 'IN.a1' } }],
  })
})

it('trap 15: an answer of PENDING or group 0 is an acceptance and no delivery', () => {
  for (const status of [{ groupId: 1, id: 3 }, { groupId: 0 }]) {
    expect(outcome({ messages: [{ messageId, status }] })).toMatchObject({ kind: 'accepted', duplicate: false })
  }
})

it('trap 16: a status is read by its group, and a group that nobody knows is no failure', () => {
  expect(outcome({ messages: [{ messageId, status: { groupId: 5, groupName: 'NEW_WORD', id: 999 } }] })).toMatchObject({
    kind: 'rejected',
  })
  expect(outcome({ messages: [{ messageId, status: { groupId: 17, groupName: 'NEW' } }] })).toMatchObject({
    kind: 'accepted',
  })
})

it('trap 17: error 0 is no error, so its permanent:false is no invitation to retry', () => {
  const error = { id: 0, name: 'NO_ERROR', permanent: false }
  expect(outcome({ messages: [{ messageId, status: { groupId: 1, id: 7 }, error }] })).toMatchObject({
    kind: 'accepted',
  })
})

it('trap 18: callbackData goes as the string that it is, up to 4000 characters', () => {
  const callbackData = '{"a":1}'
  expect(bodyOf({ type: 'text', text: 'x' }, omni, { callbackData })).toMatchObject({ callbackData })
  expect(read({ content: { type: 'text', text: 'x' }, callbackData: 'x'.repeat(4001) })).toMatchObject({
    outcome: 'rejected',
  })
})

it('trap 19: a command is one message to one recipient, so no bulk is ever partly refused', () => {
  const several: CommandContent = { type: 'native', api: 'omni', body: { destinations: [{}, {}] } }
  expect(checkSend(goldenSend({ content: several }), omni)).toMatchObject({ code: 'native_several' })
  for (const { content, more } of ours) expect(JSON.stringify(bodyOf(content, omni, more))).not.toContain('bulkId')
})

it('trap 20: requestError.serviceException.messageId is a code, not a message', () => {
  const refused = outcome({ requestError: { serviceException: { messageId: 'BAD_REQUEST', text: 'Bad' } } }, 400)
  expect(refused).toMatchObject({ kind: 'rejected', code: 'BAD_REQUEST' })
  expect(refused).not.toHaveProperty('messageId')
})

it('trap 21: one message and a list of messages are read alike, and JSON is asked for', async () => {
  const entry = { messageId, status: { groupId: 1 } }
  expect(outcome(entry)).toEqual(outcome({ messages: [entry] }))
  const seen: TransportRequest[] = []
  const transport: Transport = {
    exchange: (request) => {
      seen.push(request)
      return Promise.resolve(answer(200, {}))
    },
    close: () => Promise.resolve(),
  }
  const client = createInfobipClient({ baseUrl: 'https://x.api.infobip.com', apiKey: 'k', transport })
  await client.send({ method: 'POST', path: '/omni/1/advanced', body: '{}' })
  await client.close()
  expect(seen[0]?.headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' })
})

it('trap 22: validity has its unit and stays above 30 s and within 48 h', () => {
  for (const [expiresAt, validityPeriod] of [
    ['2026-01-01T00:00:01.000Z', 31],
    ['2026-03-01T00:00:00.000Z', 172_800],
  ] as const) {
    const whatsApp = { validityPeriod, validityPeriodTimeUnit: 'SECONDS' }
    expect(bodyOf({ type: 'text', text: 'x' }, omni, { expiresAt })).toMatchObject({ whatsApp })
  }
})

it('trap 23: no urlOptions are sent unasked, and the Messages API must not adapt in silence', () => {
  for (const { content, more } of ours) expect(JSON.stringify(bodyOf(content, omni, more))).not.toContain('urlOptions')
  expect(bodyOf({ type: 'text', text: 'x' }, messages)).toMatchObject({
    messages: [{ options: { adaptationMode: false } }],
  })
})

it('trap 24: a message outside the 24-hour window is accepted like any other; its failure comes as a report', () => {
  // The window is Infobip's to judge: what we saw of the customer may be less than it saw.
  expect(outcome({ messages: [{ messageId, status: { groupId: 1, id: 7 } }] })).toMatchObject({ kind: 'accepted' })
})

it('trap 25: a template always has its placeholders, and its language as it was given', () => {
  const hello: CommandContent = { type: 'template', name: 'hello', language: 'pt_PT' }
  expect(bodyOf(hello)).toMatchObject({ whatsApp: { templateData: [], language: 'pt_PT' } })
  const quoted = bodyOf(hello, omni, { replyTo: { messageId: 'w' } })
  expect(quoted).toMatchObject({
    messages: [{ content: { templateData: { body: { placeholders: [] } }, language: 'pt_PT' } }],
  })
})

it('trap 27: a message has one media item, and audio no caption', () => {
  const media = { url: 'https://example.com/a' }
  expect(commandContents.audio.safeParse({ type: 'audio', media, caption: 'c' }).success).toBe(false)
  expect(commandContents.image.safeParse({ type: 'image', media: { ...media, id: 'x' } }).success).toBe(false)
  expect(bodyOf({ type: 'audio', media })).toMatchObject({ whatsApp: { audioUrl: media.url } })
  expect(JSON.stringify(bodyOf({ type: 'audio', media }))).not.toContain('text')
})

it('trap 28: nothing goes over omni without a scenario, which would be the default one', () => {
  const command = goldenSend({ content: { type: 'text', text: 'x' } })
  expect(buildSendRequest(command, { api: 'omni', messageId, now }).path).toBe('/whatsapp/1/message/text')
})

it('trap 29: a destination has one address, and a native body that names another is refused', () => {
  const { destinations } = bodyOf({ type: 'text', text: 'x' }) as { destinations: { to: object }[] }
  expect(destinations.map(({ to }) => Object.keys(to))).toEqual([['phoneNumber']])
  const other: CommandContent = { type: 'native', api: 'omni', body: { destinations: [{ to: { phoneNumber: '1' } }] } }
  expect(checkSend(goldenSend({ content: other }), omni)).toMatchObject({ code: 'native_conflict' })
})

it('trap 30: nothing pulls reports, which can be read but once', () => {
  const client = createInfobipClient({ baseUrl: 'https://x.api.infobip.com', apiKey: 'k' })
  void client.close()
  expect(Object.keys(client).filter((name) => /report/iu.test(name))).toEqual([])
})

it('trap 31: the logs say what was taken, and an id that is missing is never called refused', () => {
  const found = readLogs(answer(200, { results: [{ messageId, status: { groupId: 1 } }] }), now)
  expect(found).toEqual({ kind: 'logs', found: new Map([[messageId, { groupId: 1 }]]) })
  expect(readLogs(answer(200, { results: [] }), now)).toEqual({ kind: 'logs', found: new Map() })
  expect(readLogs(answer(502, {}), now)).toMatchObject({ kind: 'no-answer' })
})
