import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { EmulatorOptions } from '../src/settings.ts'
import { retryDelayMs } from '../src/webhooks/outbox.ts'
import { CUSTOMER, start } from './harness.ts'

const MINUTE = 60_000

describe('a webhook that is not taken', () => {
  it('comes again after 1 min + 1 min · n², with the same bytes, until it is', async () => {
    const { emulator, receiver, until } = await start({ clock: { running: false } })
    receiver.answer = () => ({ status: 503 })
    await emulator.phone(CUSTOMER).says('hello')
    const tries = () => receiver.to('/onMessage')
    await until(() => tries().length === 1)
    for (const [after, count] of [
      [MINUTE - 1, 1],
      [1, 2],
      [2 * MINUTE, 3],
      [5 * MINUTE, 4],
    ] as const) {
      await emulator.advance(after)
      expect(tries()).toHaveLength(count)
    }
    receiver.answer = () => ({})
    await emulator.advance(10 * MINUTE)
    expect(tries()).toHaveLength(5)
    await emulator.advance(600 * MINUTE)
    expect(tries()).toHaveLength(5)
    expect(new Set(tries().map((one) => one.raw)).size).toBe(1)
  })

  it('is given up after 20 tries more, 41 and a half hours later', async () => {
    const { emulator, receiver } = await start({ clock: { running: false } })
    receiver.answer = () => ({ status: 500 })
    await emulator.phone(CUSTOMER).says('hello')
    const total = Array.from({ length: 20 }, (_, n) => retryDelayMs(n)).reduce((a, b) => a + b)
    expect(total).toBe(41.5 * 60 * MINUTE)
    await emulator.advance(2 * total)
    expect(receiver.to('/onMessage')).toHaveLength(21)
    expect([...emulator.store.all('webhook')].map((one) => one.state)).toEqual(['given-up'])
  })

  it('is one that nobody answers in time, too', async () => {
    const { emulator, receiver } = await start({ clock: { running: false }, webhooks: { timeoutMs: 50 } })
    receiver.answer = () => ({ hang: true })
    await emulator.phone(CUSTOMER).says('hello')
    const [webhook] = emulator.store.all('webhook')
    expect(webhook?.attempts[0]?.problem).toMatch(/50 ms/)
    expect(webhook?.state).toBe('waiting')
  })

  it('can be delivered again by hand, and then comes no more by itself', async () => {
    const { emulator, receiver, control } = await start({ clock: { running: false } })
    receiver.answer = () => ({ status: 500 })
    await emulator.phone(CUSTOMER).says('hello')
    receiver.answer = () => ({ headers: { traceresponse: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } })
    const [webhook] = emulator.store.all('webhook')
    const { body } = await control('POST', `webhooks/${webhook?.id}/deliver`)
    expect(body.attempt).toMatchObject({ status: 200, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' })
    await emulator.advance(10 * MINUTE)
    expect(receiver.to('/onMessage')).toHaveLength(2)
  })
})

describe('who a webhook is from', () => {
  const cases: [
    note: string,
    auth: NonNullable<EmulatorOptions['webhooks']>['auth'],
    (raw: string, headers: Record<string, unknown>) => boolean,
  ][] = [
    ['nobody says', { type: 'none' }, (_raw, headers) => headers.authorization === undefined],
    [
      'basic auth says',
      { type: 'basic', username: 'ü', password: 'p:w' },
      (_raw, headers) => headers.authorization === `Basic ${Buffer.from('ü:p:w').toString('base64')}`,
    ],
    ['a bearer token says', { type: 'bearer', token: 't' }, (_raw, headers) => headers.authorization === 'Bearer t'],
    ['a header says', { type: 'header', name: 'X-Secret', value: 's' }, (_raw, headers) => headers['x-secret'] === 's'],
    [
      'the legacy signature says',
      { type: 'hmac', secret: 'k', algorithm: 'sha1', prefix: 'SHA1=' },
      (raw, headers) => headers['x-hub-signature'] === `SHA1=${createHmac('sha1', 'k').update(raw).digest('hex')}`,
    ],
    [
      'the exchange’s signature says, over its timestamp and the body',
      { type: 'hmac', secret: 'k', base: 'timestamp+body', header: 'X-Ib-Exchange-Req-Signature' },
      (raw, headers) =>
        headers['x-ib-exchange-req-signature'] ===
        createHmac('sha256', 'k')
          .update(`${String(headers['x-ib-exchange-req-timestamp'])}${raw}`)
          .digest('hex'),
    ],
    [
      'a profile’s signature says, in base64',
      { type: 'hmac', secret: 'k', header: 'X-Sig', algorithm: 'sha512', encoding: 'base64' },
      (raw, headers) => headers['x-sig'] === createHmac('sha512', 'k').update(raw).digest('base64'),
    ],
  ]

  it.each(cases)('%s', async (_note, auth, holds) => {
    const { emulator, receiver } = await start({ webhooks: { auth } })
    await emulator.phone(CUSTOMER).says('grüezi 0.000000')
    const [webhook] = receiver.to('/onMessage')
    expect(holds(webhook?.raw ?? '', webhook?.headers ?? {})).toBe(true)
  })
})

describe('several results', () => {
  it('go in one webhook where a batch is set', async () => {
    const { emulator, receiver, omni } = await start({
      clock: { running: false },
      webhooks: { batch: { maxResults: 3, windowMs: 1_000 } },
    })
    await emulator.phone(CUSTOMER).says('hello')
    await emulator.advance(1_000)
    for (let i = 0; i < 4; i++) await omni({ text: 'x' }, { messageId: `m${i}` })
    await emulator.advance(5_000)
    expect(receiver.to('/onDeliveryReport').map(({ body }) => body.results.length)).toEqual([3, 1])
  })

  it('of customers go together on demand, 2,000 of them', async () => {
    const { receiver, control } = await start()
    const messages = Array.from({ length: 2_000 }, (_, i) => ({ from: `39${i}000`, text: 'hi' }))
    await control('POST', 'inbound', { messages })
    expect(receiver.to('/onMessage').map(({ body }) => [body.results.length, body.messageCount])).toEqual([
      [2_000, 2_000],
    ])
  })
})

const orderOf = async (seed: string) => {
  const { emulator, receiver } = await start({ clock: { running: false, now: 0 }, seed })
  emulator.addFault({ action: 'webhook-reorder', withinMs: 60_000 })
  for (let i = 0; i < 8; i++) await emulator.phone(`39000${i}`).says(String(i))
  await emulator.advance(60_000)
  return receiver.to('/onMessage').map(({ body }) => body.results[0].message.text)
}

describe('a webhook with a fault', () => {
  it('comes several times, late, or never', async () => {
    const { emulator, receiver, until } = await start({ clock: { running: false } })
    const phone = emulator.phone(CUSTOMER)
    emulator.addFault({ action: 'webhook-duplicate', copies: 4, count: 1 })
    await phone.says('five times')
    expect(receiver.to('/onMessage')).toHaveLength(5)
    emulator.addFault({ action: 'webhook-late', delayMs: 30_000, count: 1 })
    await phone.says('late')
    expect(receiver.to('/onMessage')).toHaveLength(5)
    await emulator.advance(30_000)
    await until(() => receiver.to('/onMessage').length === 6)
    emulator.addFault({ action: 'webhook-lose', kind: 'inbound', count: 1 })
    await phone.says('lost')
    await emulator.advance(600 * MINUTE)
    expect(receiver.to('/onMessage')).toHaveLength(6)
  })

  it('overtakes another, the same way from the same seed', async () => {
    const [first, second] = [await orderOf('reorder'), await orderOf('reorder')]
    expect(first).toEqual(second)
    expect(first).not.toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
  })
})

describe('an inbound message', () => {
  it('has Infobip’s shape, and quotes what it answers', async () => {
    const { emulator, receiver, whatsapp, until } = await start()
    const phone = emulator.phone(CUSTOMER)
    await phone.sends({ name: 'Teresa Gomes', text: 'Oh well' })
    expect(receiver.to('/onMessage')[0]?.body).toEqual({
      results: [
        {
          from: CUSTOMER,
          to: '447860099299',
          integrationType: 'WHATSAPP',
          receivedAt: expect.stringMatching(/\.000\+0000$/),
          messageId: expect.stringMatching(/^wamid\./),
          message: { type: 'TEXT', text: 'Oh well' },
          contact: { name: 'Teresa Gomes', phoneNumber: CUSTOMER },
          price: { pricePerMessage: 0, currency: 'EUR' },
        },
      ],
      messageCount: 1,
      pendingMessageCount: 0,
    })
    const action = { buttons: [{ type: 'REPLY', id: 'yes', title: 'Yes' }] }
    await whatsapp(
      'interactive/buttons',
      { body: { text: 'Well?' }, action },
      { messageId: 'asked', callbackData: 'ctx' },
    )
    await phone.receives('Well?')
    await phone.presses('Yes')
    const pressed = await until(() => receiver.to('/onMessage')[1])
    expect(pressed.body.results[0]).toMatchObject({
      pairedMessageId: 'asked',
      callbackData: 'ctx',
      message: {
        type: 'INTERACTIVE_BUTTON_REPLY',
        id: 'yes',
        title: 'Yes',
        context: { id: 'asked', from: '447860099299' },
      },
    })
  })

  it('goes as the Messages API writes it where the number is set to that', async () => {
    const { emulator, receiver } = await start({ webhooks: { inboundFormat: 'MO_MESSAGES_API_JSON' } })
    await emulator.phone(CUSTOMER).says('hello')
    expect(receiver.to('/onMessage')[0]?.body.results[0]).toMatchObject({
      event: 'MO',
      content: [{ type: 'TEXT', text: 'hello' }],
    })
  })

  it('can be anything at all', async () => {
    const { emulator, receiver } = await start()
    await emulator
      .phone(CUSTOMER)
      .sends({ message: { type: 'HOLOGRAM', depth: 3 }, extra: { entityId: 'e', price: null } })
    expect(receiver.to('/onMessage')[0]?.body.results[0]).toMatchObject({
      message: { type: 'HOLOGRAM', depth: 3 },
      entityId: 'e',
      price: null,
    })
  })
})
