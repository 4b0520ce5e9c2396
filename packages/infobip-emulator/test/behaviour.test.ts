import { describe, expect, it } from 'vitest'
import { CUSTOMER, NUMBER, start } from './harness.ts'
import { gives, png } from './receiver.ts'

const HOUR = 3_600_000

describe('the 24-hour window', () => {
  it('lets a free-form message be accepted, and fail by report with 7010, once it is closed', async () => {
    const { emulator, receiver, omni, until } = await start({ clock: { running: false } })
    await emulator.phone(CUSTOMER).says('hello')
    await emulator.advance(25 * HOUR)
    const { body } = await omni({ text: 'too late' }, { messageId: 'late' })
    expect(body.messages[0].status.groupId).toBe(1)
    await emulator.advance(1)
    const report = await until(() => receiver.to('/onDeliveryReport')[0])
    expect(report.body.results[0]).toMatchObject({ status: { groupId: 2 }, error: { id: 7010, permanent: true } })
  })

  it('is that of the number which the customer wrote to', async () => {
    const other = '447860099300'
    const senders = [{ number: NUMBER }, { number: other }]
    const { emulator, receiver, whatsapp, until } = await start({
      accounts: [{ id: 'demo', apiKeys: ['demo-api-key'], senders }],
    })
    await emulator.phone(CUSTOMER).says('hello')
    await whatsapp('text', { text: 'from a stranger' }, { from: other, messageId: 'other' })
    await whatsapp('text', { text: 'from a friend' }, { messageId: 'own' })
    const reportOn = (id: string) => () =>
      receiver.to('/onDeliveryReport').find(({ body }) => body.results[0].messageId === id)?.body.results[0]
    expect(await until(reportOn('other'))).toMatchObject({ status: { groupId: 2 }, error: { id: 7010 } })
    expect(await until(reportOn('own'))).toMatchObject({ status: { groupId: 3 } })
  })

  it('is renewed by each message of the customer, and does not hold for templates', async () => {
    const { emulator, omni } = await start({ clock: { running: false } })
    const phone = emulator.phone(CUSTOMER)
    await phone.says('hello')
    await emulator.advance(23 * HOUR)
    await phone.says('still here')
    await emulator.advance(23 * HOUR)
    await omni({ text: 'in time' })
    await omni(
      { templateName: 'reminder', language: 'en', mediaTemplateData: { body: { placeholders: ['Ada'] } } },
      { to: { phoneNumber: '390000' } },
    )
    await emulator.advance(10)
    await phone.receives('in time')
    await emulator.phone('390000').receives(/Ada/)
  })
})

describe('media', () => {
  const cases: [note: string, expected: number | 'delivered', path: string][] = [
    ['a good picture', 'delivered', '/media/good'],
    ['a missing one', 7013, '/media/none'],
    ['a redirect', 7013, '/media/redirect'],
    ['no content type', 7015, '/media/untyped'],
    ['more bytes than WhatsApp takes', 7015, '/media/large'],
    ['a type that is no picture', 7022, '/media/text'],
    ['bytes that are not what they are called', 7015, '/media/liar'],
    ['a body that breaks off', 7014, '/media/cut'],
    ['a HEAD that is not GET', 7015, '/media/two-faced'],
    ['another type by GET than by HEAD', 7015, '/media/two-typed'],
  ]

  it.each(cases)('with %s ends in %s', async (_note, expected, path) => {
    const { emulator, receiver, omni, until } = await start()
    const { media } = receiver
    media.set('/media/good', gives(png, 'image/png'))
    media.set('/media/none', (_request, response) => void response.writeHead(404).end())
    media.set(
      '/media/redirect',
      (_request, response) => void response.writeHead(302, { location: '/media/good' }).end(),
    )
    media.set('/media/two-typed', (request, response) =>
      // Bytes of neither type: the headers alone differ.
      gives(Buffer.alloc(64, 'x'), request.method === 'HEAD' ? 'image/png' : 'image/jpeg')(request, response),
    )
    media.set(
      '/media/untyped',
      (_request, response) => void response.writeHead(200, { 'content-length': png.length }).end(),
    )
    media.set(
      '/media/large',
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'image/png', 'content-length': 6 * 1024 * 1024 }).end(),
    )
    media.set('/media/text', gives(Buffer.from('hello'), 'text/html'))
    media.set('/media/liar', gives(Buffer.from('%PDF-1.4'), 'image/png'))
    media.set('/media/cut', (request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': png.length })
      if (request.method === 'HEAD') response.end()
      else response.write(png.subarray(0, 20), () => response.destroy())
    })
    media.set('/media/two-faced', (request, response) =>
      gives(request.method === 'HEAD' ? png : Buffer.concat([png, png]), 'image/png')(request, response),
    )
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ imageUrl: receiver.url + path }, { messageId: 'pic' })
    const message = await until(() => {
      const [found] = emulator.store.byMessageId('pic')
      return found?.doneAt === undefined ? undefined : found
    })
    expect(message.error?.id).toBe(expected === 'delivered' ? 0 : expected)
    expect(message.fetches.map((one) => one.method)).toEqual(
      expected === 'delivered' ? ['HEAD', 'GET'] : message.fetches.length === 1 ? ['HEAD'] : ['HEAD', 'GET'],
    )
  })

  it('is fetched without any trace header', async () => {
    const { emulator, receiver, omni } = await start()
    const seen: string[] = []
    receiver.media.set('/media/good', (request, response) => {
      seen.push(...Object.keys(request.headers))
      gives(png, 'image/png')(request, response)
    })
    const phone = emulator.phone(CUSTOMER)
    await phone.says('hello')
    await omni({ imageUrl: `${receiver.url}/media/good` })
    await phone.receives((message) => message.bubble.kind === 'image')
    const webhooks = receiver.received.flatMap((one) => Object.keys(one.headers))
    expect([...seen, ...webhooks].filter((name) => /trace|baggage|b3/.test(name))).toEqual([])
  })

  it('is kept up to a budget, the oldest go first', async () => {
    const { emulator } = await start({ keep: { mediaBytes: 2 * png.length } })
    for (let i = 0; i < 3; i++) await emulator.phone(CUSTOMER).sends({ image: { base64: png.toString('base64') } })
    const blobs = emulator.store
      .conversation(NUMBER, CUSTOMER)
      .map(({ bubble }) => emulator.store.get('blob', bubble.media?.blobId ?? '') !== undefined)
    expect(blobs).toEqual([false, true, true])
  })

  it('of a customer is served to the business alone, for seven days', async () => {
    const { emulator, receiver, call } = await start({ clock: { running: false } })
    await emulator
      .phone(CUSTOMER)
      .sends({ image: { base64: png.toString('base64'), contentType: 'image/png', caption: 'look' } })
    const [webhook] = receiver.to('/onMessage')
    expect(webhook?.body.results[0].message).toEqual({ type: 'IMAGE', url: expect.any(String), caption: 'look' })
    const path = new URL(webhook?.body.results[0].message.url).pathname
    expect((await fetch(emulator.url + path)).status).toBe(401)
    const got = await fetch(emulator.url + path, { headers: { authorization: 'App demo-api-key' } })
    expect(Buffer.from(await got.arrayBuffer()).equals(png)).toBe(true)
    const head = await fetch(emulator.url + path, { method: 'HEAD', headers: { authorization: 'App demo-api-key' } })
    expect(head.headers.get('content-length')).toBe(String(png.length))
    await emulator.advance(8 * 24 * HOUR)
    expect((await call('GET', path)).status).toBe(404)
  })
})

describe('time', () => {
  it('holds a scheduled message until its sendAt', async () => {
    const { emulator, omni } = await start({ clock: { running: false, now: '2026-03-01T10:00:00Z' } })
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ text: 'at noon' }, { messageId: 'noon', sendAt: '2026-03-01T12:00:00.000+0000' })
    const state = () => emulator.store.byMessageId('noon')[0]?.state
    await emulator.advance(HOUR)
    expect(state()).toBe('scheduled')
    await emulator.advance(HOUR + 10)
    expect(state()).toBe('seen')
  })

  it('expires what cannot be delivered within its validity, and delivers when the phone is on again', async () => {
    const { emulator, omni, control } = await start({ clock: { running: false } })
    await emulator.phone(CUSTOMER).says('hello')
    await control('PUT', `customers/${CUSTOMER}`, { online: false })
    await omni({ text: 'short', validityPeriod: 5 }, { messageId: 'short' })
    await omni({ text: 'long', validityPeriod: 2, validityPeriodTimeUnit: 'HOURS' }, { messageId: 'long' })
    await emulator.advance(10 * 60_000)
    const state = (id: string) => emulator.store.byMessageId(id)[0]?.state
    expect([state('short'), state('long')]).toEqual(['expired', 'pending'])
    await control('PUT', `customers/${CUSTOMER}`, { online: true })
    await emulator.advance(10)
    expect(state('long')).toBe('seen')
  })

  it('runs again from the same seed', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () => {
        const { emulator } = await start({ seed: 'same', clock: { running: false, now: 0 } })
        return [await emulator.phone(CUSTOMER).says('a'), await emulator.phone(CUSTOMER).says('b')]
      }),
    )
    expect(first).toEqual(second)
  })
})

describe('a customer without a phone number', () => {
  it('writes and is written to by user id', async () => {
    const { emulator, receiver, omni, whatsapp, until } = await start()
    const userId = 'IT.a1b2c3d4e5'
    await emulator.phone('unused').sends({ from: undefined, userId, username: 'ada', text: 'hello' })
    const [inbound] = receiver.to('/onMessage')
    expect(inbound?.body.results[0].from).toBe(userId)
    expect(inbound?.body.results[0].contact).toEqual({ userId, username: 'ada' })
    await omni({ text: 'by omni' }, { to: { whatsAppUserId: userId } })
    await whatsapp('text', { text: 'by whatsapp' }, { to: userId })
    const reports = await until(() => receiver.to('/onDeliveryReport').length === 2 && receiver.to('/onDeliveryReport'))
    for (const { body } of reports) expect(body.results[0].contact).not.toHaveProperty('phoneNumber')
  })
})

describe('the business', () => {
  it('marks a message as read, shows as typing, and confirms an identity', async () => {
    const { emulator, receiver, call, control } = await start()
    const messageId = await emulator.phone(CUSTOMER).says('hello')
    expect(
      (await call('POST', `/whatsapp/1/senders/${NUMBER}/message/${encodeURIComponent(messageId)}/read`)).status,
    ).toBe(204)
    expect((await call('POST', `/whatsapp/1/senders/${NUMBER}/message/nope/read`)).body).toEqual({
      error: expect.any(String),
    })
    expect(emulator.store.byMessageId(messageId)[0]?.readAt).toEqual(expect.any(Number))

    const typing = {
      events: [{ sender: NUMBER, destinations: [{ to: CUSTOMER }], content: { type: 'TYPING_INDICATOR' } }],
    }
    expect((await call('POST', '/whatsapp/1/events', typing)).status).toBe(200)
    expect(emulator.store.get('customer', CUSTOMER)?.typingUntil?.[NUMBER]).toEqual(expect.any(Number))

    const path = `/whatsapp/1/${NUMBER}/contacts/${CUSTOMER}/identity`
    expect((await call('GET', path)).status).toBe(404)
    await control('POST', 'identity-change', { from: CUSTOMER, to: NUMBER })
    const { body } = await call('GET', path)
    expect(body.acknowledged).toBe(false)
    expect((await call('PUT', path, { hash: 'wrong' })).status).toBe(409)
    expect((await call('PUT', path, { hash: body.hash })).status).toBe(204)
    expect((await call('GET', path)).body.acknowledged).toBe(true)
    expect(receiver.to('/webhook')[0]?.body).toMatchObject({
      from: NUMBER,
      content: { type: 'user_identity_changed', userNumber: CUSTOMER },
    })
  })

  it.each([
    ['Line 1\nLine 2', 7008],
    ['Line 1\rLine 2', 7008],
    ['a\tb', 7008],
    ['Ann     Bee', 7008],
    ['', 7008],
    ['Ann    Bee', 0],
  ])('takes as a template’s value what WhatsApp takes: %j', async (value, errorId) => {
    const { emulator, call } = await start({ clock: { running: false }, behaviour: { media: { fetch: false } } })
    const media = { type: 'IMAGE', mediaUrl: 'https://example.com/a.jpg' }
    const body = { placeholders: ['fine', value] }
    const sent = [
      { body },
      ...(value === ''
        ? []
        : [
            { body: { placeholders: [] }, header: { type: 'TEXT', placeholder: value } },
            { body: { placeholders: [] }, carousel: { cards: [{ header: media, body }] } },
          ]),
    ].map((templateData) => ({
      from: NUMBER,
      to: CUSTOMER,
      content: { templateName: 't', templateData, language: 'en' },
    }))
    const answer = await call('POST', '/whatsapp/1/message/template', { messages: sent })
    await emulator.advance(10)
    const ids: string[] = answer.body.messages.map((one: { messageId: string }) => one.messageId)
    expect(ids.map((id) => emulator.store.byMessageId(id)[0]?.error?.id)).toEqual(ids.map(() => errorId))
  })

  it('has templates, whose approval comes by webhook and whose text the phone shows', async () => {
    const { emulator, receiver, call, whatsapp } = await start({
      clock: { running: false },
      behaviour: { templates: 'registered' },
    })
    const template = {
      name: 'greeting',
      language: 'en',
      category: 'UTILITY',
      structure: { body: { text: 'Hi {{1}}, see you {{2}}', examples: ['a', 'b'] } },
    }
    const path = `/whatsapp/2/senders/${NUMBER}/templates`
    const created = await call('POST', path, template)
    expect([created.status, created.body.status]).toEqual([201, 'PENDING'])
    await emulator.advance(2_000)
    expect(receiver.to('/webhook')[0]?.body.change).toEqual({ type: 'TEMPLATE_STATUS_UPDATE', newStatus: 'APPROVED' })
    const send = (templateName: string) =>
      call('POST', '/whatsapp/1/message/template', {
        messages: [
          {
            from: NUMBER,
            to: CUSTOMER,
            content: { templateName, templateData: { body: { placeholders: ['Ada', 'Monday'] } }, language: 'en' },
          },
        ],
      })
    await send('greeting')
    const { body } = await send('unheard-of')
    await emulator.advance(10)
    await emulator.phone(CUSTOMER).receives('Hi Ada, see you Monday')
    expect(emulator.store.byMessageId(body.messages[0].messageId)[0]?.error?.id).toBe(7009)
    expect((await call('DELETE', `${path}/greeting`)).status).toBe(204)
    expect((await call('GET', path)).body.templates).toEqual([])
    expect((await whatsapp('text', { text: 'x' })).status).toBe(200)
  })

  it('sends from its own numbers alone', async () => {
    const { whatsapp } = await start()
    const { body } = await whatsapp('text', { text: 'x' }, { from: '999' })
    expect(body.status).toMatchObject({ groupId: 5, id: 11 })
  })
})
