import { beforeAll, describe, expect, it } from 'vitest'
import { createChecker, type Checker } from '../src/openapi/checker.ts'
import { CUSTOMER, NUMBER, SCENARIO, start, type Answer, type Harness } from './harness.ts'
import { gives, png } from './receiver.ts'

const directory = process.env.INFOBIP_OPENAPI_DIR
const TEXT = { channel: 'WHATSAPP', sender: NUMBER, content: { body: { type: 'TEXT', text: 'x' } } }
const TEMPLATE = {
  name: 'greeting',
  language: 'en',
  category: 'UTILITY',
  structure: { body: { text: 'Hi {{1}}', examples: ['a'] } },
}

/** Every path once or more, well and not well: what it answers goes to `answers`. */
async function exercise(
  { emulator, call, omni, whatsapp, control }: Harness,
  answers: [string, string, number, unknown][],
): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown, key?: string): Promise<Answer['body']> => {
    const answer = await call(method, path, body, key)
    answers.push([method, path.split('?')[0] ?? path, answer.status, answer.body])
    return answer.body
  }
  const phone = emulator.phone(CUSTOMER)
  const said = await phone.says('hello')
  const destinations = [{ messageId: 'omni-1', to: { phoneNumber: CUSTOMER } }, { to: { phoneNumber: '390000' } }]
  await ask('POST', '/omni/1/advanced', {
    scenarioKey: SCENARIO,
    destinations,
    whatsApp: { text: 'x' },
    callbackData: 'c',
  })
  await ask('POST', '/omni/1/advanced', { destinations: 1 })
  await ask('POST', '/omni/1/advanced', {}, 'wrong')
  const scenario = await ask('POST', '/omni/1/scenarios', {
    name: 'new',
    flow: [{ from: NUMBER, channel: 'WHATSAPP' }],
  })
  await ask('GET', '/omni/1/scenarios')
  await ask('GET', `/omni/1/scenarios/${scenario.key}`)
  await ask('GET', '/omni/1/scenarios/none')
  await ask('PUT', `/omni/1/scenarios/${scenario.key}`, { flow: [{ channel: 'SMS' }], default: true })
  await ask('POST', '/whatsapp/1/message/text', { from: NUMBER, to: CUSTOMER, content: { text: 'x' } })
  await ask('POST', '/whatsapp/1/message/text', { from: NUMBER })
  const content = { templateName: 'greeting', templateData: { body: { placeholders: ['Ada'] } }, language: 'en' }
  await ask('POST', '/whatsapp/1/message/template', {
    messages: [{ from: NUMBER, to: CUSTOMER, content }],
    bulkId: 'b',
  })
  const events = [
    { sender: NUMBER, destinations: [{ to: CUSTOMER }], content: { type: 'TYPING_INDICATOR', messageId: said } },
  ]
  await ask('POST', '/whatsapp/1/events', { events })
  await ask('POST', '/whatsapp/1/events', { events: [], options: 1 })
  await ask('GET', `/whatsapp/1/senders/quality?senders=${NUMBER}`)
  await ask('GET', '/whatsapp/1/senders/quality')
  await ask('POST', `/whatsapp/1/senders/${NUMBER}/message/nope/read`)
  await control('POST', 'identity-change', { from: CUSTOMER, to: NUMBER })
  await ask('GET', `/whatsapp/1/${NUMBER}/contacts/${CUSTOMER}/identity`)
  const template = await ask('POST', `/whatsapp/2/senders/${NUMBER}/templates`, TEMPLATE)
  await ask('GET', `/whatsapp/2/senders/${NUMBER}/templates`)
  await ask('GET', `/whatsapp/2/senders/${NUMBER}/templates/${template.id}`)
  await ask('PATCH', `/whatsapp/2/senders/${NUMBER}/templates/${template.id}`, { category: 'MARKETING' })
  await emulator.advance(2_000)
  const edited = { structure: { body: { text: 'Hello {{1}}!', examples: ['a'] } } }
  await ask('PATCH', `/whatsapp/2/senders/${NUMBER}/templates/${template.id}`, edited)
  await ask('GET', `/whatsapp/1/senders/${NUMBER}/calls/${CUSTOMER}/permissions`)
  const profile = { profileId: 'p', webhook: { notifyUrl: 'https://example.com/hooks' } }
  await ask('POST', '/subscriptions/1/profiles', profile)
  await ask('GET', '/subscriptions/1/profiles')
  await ask('GET', '/subscriptions/1/profiles/p')
  const subscription = { subscriptionId: 's', events: ['CALL_RECEIVED'], profile: { profileId: 'p' } }
  await ask('POST', '/subscriptions/1/subscription/VOICE_VIDEO', subscription)
  await ask('GET', '/subscriptions/1/subscription/VOICE_VIDEO')
  await ask('GET', '/subscriptions/1/subscription/VOICE_VIDEO/s')
  await ask('PUT', '/subscriptions/1/subscription/VOICE_VIDEO/s', { events: ['CALL_FINISHED'] })
  await ask('GET', '/subscriptions/1/subscription/VOICE_VIDEO/none')
  await control('POST', 'marketing', { from: CUSTOMER, status: 'stop' })
  for (const change of [{ category: 'MARKETING' }, { quality: 'LOW' }, { status: 'FIRST_PAUSED', reason: 'NONE' }]) {
    await control('PATCH', `templates/${template.id}`, change)
  }
  await ask('GET', '/whatsapp/1/templates?size=5')
  const recipients = [{ to: CUSTOMER, messageId: 'messages-1' }, { to: '390000' }]
  await ask('POST', '/messages-api/1/messages', {
    messages: [{ ...TEXT, destinations: recipients, webhooks: { callbackData: 'c' } }],
  })
  await ask('POST', '/messages-api/1/messages', { messages: [{}] })
  await ask('POST', '/messages-api/1/messages', {}, 'wrong')
  await ask('POST', '/messages-api/1/messages/validate', { messages: [{ ...TEXT, destinations: recipients }] })
  await ask('POST', '/messages-api/1/messages/validate', { messages: [] })
  await ask('POST', '/messages-api/1/events', {
    events: [{ event: 'TYPING_STARTED', channel: 'WHATSAPP', sender: NUMBER, destinations: recipients }],
  })
  await whatsapp('text', { text: 'x' }, { entityId: 'e', applicationId: 'a' })
  await omni({ text: 'x' }, { to: { phoneNumber: '15550027013' } })
  await emulator.advance(5_000)
  await ask('GET', '/omni/1/logs')
  await ask('GET', '/omni/1/logs?limit=2000')
  await ask('GET', '/omni/1/reports')
  await ask('GET', '/messages-api/1/reports')
  for (const fault of ['throttle', 'status'] as const) {
    emulator.addFault({ action: fault, count: 1, api: 'any' })
    await ask('GET', '/omni/1/logs')
  }
}

/** One of everything that a customer can send. */
const customerSends: Record<string, unknown>[] = [
  { text: 'hi' },
  { image: { base64: png.toString('base64'), contentType: 'image/png', caption: 'c' } },
  { video: { url: 'https://example.com/v.mp4' } },
  { audio: { url: 'https://example.com/a.mp3' } },
  { voice: { url: 'https://example.com/v.ogg' } },
  { document: { base64: 'JVBERi0=', filename: 'a.pdf' } },
  { sticker: { url: 'https://example.com/s.webp' } },
  { location: { latitude: 45.8, longitude: 15.9, name: 'Zagreb' } },
  { contacts: [{ name: { firstName: 'Ana', formattedName: 'Ana H' }, phones: [{ phone: '+385', type: 'CELL' }] }] },
  { button: { text: 'Yes', payload: 'yes' } },
  { buttonReply: { id: 'yes', title: 'Yes' }, replyTo: 'omni-1' },
  { listReply: { id: '1', title: 'One', description: 'the first' } },
  { message: { type: 'INTERACTIVE_FLOW_REPLY', text: 'Sent', response: {} } },
  { reaction: { emoji: '👍', to: 'omni-1' } },
  {
    order: { catalogId: 'c', productItems: [{ currency: 'EUR', itemPrice: 1.5, productRetailerId: 'p', quantity: 2 }] },
  },
  { message: { type: 'UNSUPPORTED' } },
]

describe.skipIf(directory === undefined)('what the emulator says (skipped without INFOBIP_OPENAPI_DIR)', () => {
  let checker: Checker

  beforeAll(async () => {
    checker = await createChecker(directory ?? '')
  })

  it('is as the documents have it, in every answer', async () => {
    const harness = await start({ clock: { running: false } })
    harness.receiver.media.set('/p', gives(png, 'image/png'))
    const answers: [string, string, number, unknown][] = []
    await exercise(harness, answers)
    const held = answers.flatMap(([method, path, status, body]) => {
      const check = checker.response(method, path, status)
      return check === undefined ? [] : [[`${method} ${path} ${status}`, check(body)] as const]
    })
    expect(held.filter(([, complaints]) => complaints.length > 0)).toEqual([])
    // Those without a schema answer without a body.
    expect(held.length).toBeGreaterThan(answers.length - 4)
  })

  it.each([
    ['omni', 'receive-omni-failover-message-delivery-reports', 'receive-omni-failover-message-seen-reports'],
    ['whatsapp', 'receive-whatsapp-delivery-reports', 'receive-whatsapp-seen-reports'],
    ['messages', 'receive-messages-api-delivery-reports', 'receive-messages-api-seen-reports'],
  ] as const)('is as the documents have it, in reports of %s', async (reportFormat, delivery, seen) => {
    const harness = await start({ clock: { running: false }, webhooks: { reportFormat } })
    await exercise(harness, [])
    const complaints = (path: string, name: string) =>
      harness.receiver.to(path).flatMap(({ body }) => checker.webhook(name)?.(body) ?? ['no such webhook'])
    expect(harness.receiver.to('/onDeliveryReport').length).toBeGreaterThan(3)
    expect(harness.receiver.to('/onSeenReport').length).toBeGreaterThan(1)
    expect(complaints('/onDeliveryReport', delivery)).toEqual([])
    expect(complaints('/onSeenReport', seen)).toEqual([])
  })

  it.each([
    ['MO_OTT_CONTACT', 'receive-inbound-whatsapp-messages'],
    ['MO_MESSAGES_API_JSON', 'receive-messages-api-incoming-messages'],
  ] as const)('is as the documents have it, in messages of customers, as %s', async (inboundFormat, name) => {
    const { emulator, receiver, omni } = await start({ webhooks: { inboundFormat } })
    const phone = emulator.phone(CUSTOMER)
    await phone.sends({ name: 'Teresa', text: 'first' })
    await omni({ text: 'x' }, { messageId: 'omni-1', callbackData: 'c' })
    for (const content of customerSends) await phone.sends(content)
    const webhooks = receiver.to('/onMessage')
    expect(webhooks).toHaveLength(customerSends.length + 1)
    expect(webhooks.flatMap(({ body }) => checker.webhook(name)?.(body) ?? ['no such webhook'])).toEqual([])
  })

  it('is as the documents have it, in what changes of templates, identities and consent', async () => {
    const harness = await start({ clock: { running: false } })
    await exercise(harness, [])
    const complaints = harness.receiver.to('/webhook').map(({ body }) => {
      const name =
        'messageTemplateId' in body
          ? 'receive-whatsapp-message-template-update-events'
          : 'notificationMessagesStatus' in body.content
            ? 'receive-whatsapp-marketing-update-notification'
            : 'receive-whatsapp-identity-change-notification'
      return checker.webhook(name)?.(body)
    })
    expect(complaints.length).toBeGreaterThan(5)
    expect(complaints.filter((one) => one?.length !== 0)).toEqual([])
  })

  it('can be held to the documents while it runs', async () => {
    const { emulator, omni, control } = await start({ openapi: directory ?? '' })
    await omni({ text: 'x' })
    await omni({ text: 1 })
    await emulator.phone(CUSTOMER).says('hello')
    const { body } = await control('GET', 'requests')
    expect(body.requests.map((one: { violations?: string[] }) => one.violations)).toEqual([
      undefined,
      [expect.stringContaining('/whatsApp/text')],
    ])
  })
})
