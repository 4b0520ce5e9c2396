import { describe, expect, it } from 'vitest'
import { CUSTOMER, NUMBER, start, type Harness } from './harness.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const OTHER = '447860099300'

const TWO_NUMBERS = {
  accounts: [{ id: 'demo', apiKeys: ['demo-api-key'], senders: [{ number: NUMBER }, { number: OTHER }] }],
}

/** What became of a message, once everything that was due has happened: its error's id, 0 where it was delivered. */
async function outcome(harness: Harness, messageId: string): Promise<number | undefined> {
  await harness.emulator.advance(100)
  return harness.emulator.store.byMessageId(messageId)[0]?.error?.id
}

let next = 0
/** Sends a text, and says what became of it. */
async function text(harness: Harness, more: Record<string, unknown> = {}): Promise<number | undefined> {
  const messageId = `text-${next++}`
  await harness.whatsapp('text', { text: 'hello' }, { messageId, ...more })
  return outcome(harness, messageId)
}

const BODY = { text: 'Hi {{1}}, parcel {{2}} waits. Show {{2}}.', examples: ['Ana', '4711'] }
const PICKUP = {
  name: 'pickup_ready',
  language: 'en_GB',
  category: 'UTILITY',
  structure: {
    type: 'MEDIA',
    header: { format: 'IMAGE', example: 'https://media.example.org/shop.jpg' },
    body: BODY,
    buttons: [
      { type: 'URL', text: 'Track', url: 'https://shop.example.org/t/{{1}}', example: 'https://shop.example.org/t/1' },
      { type: 'QUICK_REPLY', text: 'Later' },
    ],
  },
}
const plain = (name: string, category = 'MARKETING') => ({
  name,
  language: 'en',
  category,
  structure: { body: { text: 'Hi {{1}}, look at this', examples: ['Ana'] } },
})

async function register(
  { control }: Harness,
  definition: unknown,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { status, body } = await control('POST', 'templates', { definition, ...more })
  expect(status).toBe(201)
  return body.id
}

/** Sends a template with one value, and says what became of it. */
async function template(
  harness: Harness,
  templateName: string,
  more: { to?: string; templateData?: unknown; language?: string; from?: string } = {},
): Promise<number | undefined> {
  const { to = CUSTOMER, templateData = { body: { placeholders: ['Ana'] } }, language = 'en', from = NUMBER } = more
  const messageId = `template-${next++}`
  const content = { templateName, templateData, language }
  const { status, body } = await harness.call('POST', '/whatsapp/1/message/template', {
    messages: [{ from, to, messageId, content }],
  })
  expect([status, body.messages?.[0].status.groupId]).toEqual([200, 1])
  return outcome(harness, messageId)
}

describe('the 24-hour window', () => {
  it.each([
    ['a text', { text: 'hi' }, 0],
    ['a template’s button', { button: { text: 'Yes', payload: 'y' } }, 0],
    ['a place', { location: { latitude: 1, longitude: 2 } }, 0],
    ['a reaction', { reaction: { emoji: '👍', to: 'x' } }, 7010],
    ['what the phone cannot show', { message: { type: 'UNSUPPORTED' } }, 7010],
    ['a notice of the system', { message: { type: 'SYSTEM', text: 'changed the number' } }, 7010],
  ])('after %s: a text ends with %s', async (_note, content, error) => {
    const harness = await start({ clock: { running: false } })
    await harness.emulator.phone(CUSTOMER).sends(content)
    expect(await text(harness)).toBe(error)
  })

  it('may be opened by a reaction, where told so', async () => {
    const harness = await start({ clock: { running: false }, behaviour: { reactionsOpenWindow: true } })
    await harness.emulator.phone(CUSTOMER).sends({ reaction: { emoji: '👍', to: 'x' } })
    expect(await text(harness)).toBe(0)
  })

  it.each([
    ['a call of the customer', { direction: 'inbound', answered: false }, 0],
    ['a call of the business that is answered', { direction: 'outbound', answered: true }, 0],
    ['a call of the business that is not', { direction: 'outbound', answered: false }, 7010],
  ])('after %s: a text ends with %s', async (_note, call, error) => {
    const harness = await start({ clock: { running: false } })
    await harness.control('POST', 'calls', { from: CUSTOMER, ...call })
    expect(await text(harness)).toBe(error)
  })

  it('is open to the last millisecond, and each number has its own', async () => {
    const harness = await start({ ...TWO_NUMBERS, clock: { running: false } })
    await harness.emulator.phone(CUSTOMER).says('hi')
    await harness.emulator.advance(DAY - 1)
    await harness.whatsapp('text', { text: 'in time' }, { messageId: 'in-time' })
    await harness.emulator.advance(0)
    expect(await text(harness, { from: OTHER })).toBe(7010)
    expect(await outcome(harness, 'in-time')).toBe(0)
    expect(await text(harness)).toBe(7010)
  })

  it('counts from when Infobip received the message, and a late one moves nothing back', async () => {
    const harness = await start({ clock: { running: false, now: '2026-11-30T10:30:00Z' } })
    const phone = harness.emulator.phone(CUSTOMER)
    await phone.sends({ text: 'late', receivedAt: '2026-11-29T07:00:00Z' })
    expect(harness.receiver.to('/onMessage')[0]?.body.results[0].receivedAt).toBe('2026-11-29T07:00:00.000+0000')
    expect(await text(harness)).toBe(7010)
    await phone.says('now')
    await phone.sends({ text: 'later still', receivedAt: '2026-11-29T08:00:00Z' })
    expect(await text(harness)).toBe(0)
  })

  it('can be aged for one customer and one number, while time stands still for all others', async () => {
    const harness = await start({ ...TWO_NUMBERS, clock: { running: false } })
    for (const number of [NUMBER, OTHER]) await harness.emulator.phone(CUSTOMER, { sender: number }).says('hi')
    const { body } = await harness.control('POST', 'windows', { from: CUSTOMER, to: NUMBER, elapsedMs: DAY })
    expect(body).toMatchObject({ open: false, openedBy: 'message' })
    expect([await text(harness), await text(harness, { from: OTHER })]).toEqual([7010, 0])
    const { windows } = (await harness.control('GET', `windows?customer=${CUSTOMER}`)).body
    expect(windows.map((one: { open: boolean }) => one.open)).toEqual([false, true])
  })

  it('is neither opened nor charged by what the business writes with its own phone, of which Meta’s envelope tells', async () => {
    const { emulator, receiver, control, ...harness } = await start({ clock: { running: false } })
    await control('POST', 'echoes', { from: CUSTOMER, text: 'I have answered here' })
    expect(await text({ emulator, receiver, control, ...harness })).toBe(7010)
    const [value] = receiver.to('/webhook').map(({ body }) => body.entry[0].changes[0])
    expect(value).toMatchObject({
      field: 'smb_message_echoes',
      value: { messageEchoes: [{ from: NUMBER, to: CUSTOMER, type: 'text', text: { body: 'I have answered here' } }] },
    })
    expect((await harness.call('GET', '/omni/1/logs')).body.results).toEqual([])
    expect((await control('GET', 'ledger')).body.rows).toEqual([])
  })
})

describe('a template that is registered', () => {
  const image = { type: 'IMAGE', mediaUrl: 'https://media.example.org/a.jpg' }
  const url = { type: 'URL', parameter: '4711' }
  const later = { type: 'QUICK_REPLY', parameter: 'later' }
  const values = { placeholders: ['Ana', '4711'] }

  it.each([
    ['what it wants', { body: values, header: image, buttons: [url, later] }, 0],
    ['three values for two', { body: { placeholders: ['Ana', '4711', '4711'] }, header: image, buttons: [url] }, 7008],
    ['no header', { body: values, buttons: [url] }, 7008],
    [
      'another header',
      {
        body: values,
        header: { type: 'DOCUMENT', mediaUrl: 'https://x.example/a.pdf', filename: 'a.pdf' },
        buttons: [url],
      },
      7008,
    ],
    ['no value for its URL', { body: values, header: image, buttons: [later] }, 7008],
    ['a carousel', { body: values, header: image, buttons: [url], carousel: { cards: [{ header: image }] } }, 7008],
    [
      'more than 1,024 characters',
      { body: { placeholders: ['x'.repeat(1_024), '1'] }, header: image, buttons: [url] },
      7008,
    ],
  ])('given %s ends with %s', async (_note, templateData, error) => {
    const harness = await start({ clock: { running: false }, behaviour: { media: { fetch: false } } })
    await register(harness, PICKUP)
    expect(await template(harness, 'pickup_ready', { templateData, language: 'en_GB' })).toBe(error)
  })

  it('is held to its definition over every API', async () => {
    const harness = await start({ clock: { running: false } })
    await register(harness, plain('offer', 'UTILITY'))
    const placeholders = ['one', 'too many']
    await harness.omni(
      { templateName: 'offer', language: 'en', mediaTemplateData: { body: { placeholders } } },
      { messageId: 'omni' },
    )
    await harness.call('POST', '/messages-api/1/messages', {
      messages: [
        {
          channel: 'WHATSAPP',
          sender: NUMBER,
          destinations: [{ to: CUSTOMER, messageId: 'messages' }],
          template: { templateName: 'offer', language: 'en' },
          content: { body: { type: 'TEXT', 1: 'one', 2: 'too many' } },
        },
      ],
    })
    expect([await outcome(harness, 'omni'), await outcome(harness, 'messages')]).toEqual([7008, 7008])
  })

  it.each([
    ['APPROVED', 0],
    ['REINSTATED', 0],
    ['FLAGGED', 0],
    ['PENDING', 7009],
    ['REJECTED', 7009],
    ['FIRST_PAUSED', 7009],
    ['SECOND_PAUSED', 7009],
    ['DISABLED', 7009],
    ['PENDING_DELETION', 7009],
  ])('and %s ends with %s', async (status, error) => {
    const harness = await start({ clock: { running: false } })
    await register(harness, plain('offer', 'UTILITY'), { status })
    expect(await template(harness, 'offer')).toBe(error)
  })

  it('is another in another language, and with `registered` the only one that goes', async () => {
    const harness = await start({ clock: { running: false }, behaviour: { templates: 'registered' } })
    await register(harness, plain('offer', 'UTILITY'))
    expect(await template(harness, 'offer', { language: 'en_GB' })).toBe(7009)
    expect(await template(harness, 'offer')).toBe(0)
  })

  it('is its business account’s: every number of it has it, and none of another', async () => {
    const senders = [
      { number: NUMBER, businessAccountId: 7 },
      { number: OTHER, businessAccountId: 7 },
      { number: '4479' },
    ]
    const harness = await start({ accounts: [{ id: 'demo', apiKeys: ['demo-api-key'], senders }] })
    await register(harness, plain('offer'), { sender: OTHER })
    const names = async (number: string) =>
      (await harness.call('GET', `/whatsapp/2/senders/${number}/templates`)).body.templates.map(
        (one: { name: string }) => one.name,
      )
    expect([await names(NUMBER), await names(OTHER), await names('4479')]).toEqual([['offer'], ['offer'], []])
    expect((await harness.call('GET', '/whatsapp/1/templates')).body.paging.totalResults).toBe(1)
  })

  it('changes as Meta changes it, with a webhook for each of status, category and quality', async () => {
    const { receiver, control, ...harness } = await start({ clock: { running: false } })
    const id = await register({ receiver, control, ...harness }, plain('offer', 'UTILITY'))
    await control('PATCH', `templates/${id}`, {
      status: 'FIRST_PAUSED',
      reason: 'NONE',
      category: 'MARKETING',
      quality: 'LOW',
    })
    const change = { messageTemplateId: id, messageTemplateName: 'offer', messageTemplateLanguage: 'en' }
    expect(receiver.to('/webhook').map(({ body }) => body)).toMatchObject([
      { ...change, change: { type: 'TEMPLATE_STATUS_UPDATE', newStatus: 'FIRST_PAUSED', reason: 'NONE' } },
      {
        ...change,
        change: { type: 'TEMPLATE_CATEGORY_UPDATE', previousCategory: 'UTILITY', newCategory: 'MARKETING' },
      },
      {
        ...change,
        change: { type: 'TEMPLATE_QUALITY_UPDATE', previousQualityScore: 'UNKNOWN', newQualityScore: 'LOW' },
      },
    ])
    await control('PATCH', `templates/${id}`, { status: 'ARCHIVED', webhook: false })
    expect(receiver.to('/webhook')).toHaveLength(3)
    expect((await harness.call('GET', `/whatsapp/2/senders/${NUMBER}/templates/${id}`)).body).toMatchObject({
      status: 'ARCHIVED',
      category: 'MARKETING',
      quality: 'LOW',
    })
  })

  it('is edited as Infobip lets it be, and its name is taken for 30 days once it is deleted', async () => {
    const { emulator, call, control, ...harness } = await start({ clock: { running: false } })
    const path = `/whatsapp/2/senders/${NUMBER}/templates`
    const { body } = await call('POST', path, plain('offer', 'UTILITY'))
    const edit = { structure: { body: { text: 'Hello {{1}} there', examples: ['a'] } } }
    expect((await call('PATCH', `${path}/${body.id}`, edit)).status).toBe(400)
    await emulator.advance(2_000)
    expect((await call('PATCH', `${path}/${body.id}`, { category: 'MARKETING' })).status).toBe(400)
    expect((await call('PATCH', `${path}/${body.id}`, edit)).body.status).toBe('PENDING')
    await emulator.advance(2_000)
    expect((await call('PATCH', `${path}/${body.id}`, edit)).status).toBe(400)
    await emulator.advance(DAY)
    expect((await call('PATCH', `${path}/${body.id}`, edit)).status).toBe(200)
    await register({ emulator, call, control, ...harness }, { ...plain('offer', 'UTILITY'), language: 'de' })
    expect((await call('DELETE', `${path}/offer`)).status).toBe(204)
    expect((await call('GET', path)).body.templates).toEqual([])
    expect((await call('POST', path, plain('offer'))).body.requestError.serviceException.validationErrors).toEqual({
      name: ['was that of a template deleted less than 30 days ago'],
    })
    await emulator.advance(30 * DAY)
    expect((await call('POST', path, plain('offer'))).status).toBe(201)
  })

  it('waits for its review where nobody reviews by itself', async () => {
    const { emulator, call } = await start({ clock: { running: false }, behaviour: { templateReviewMs: null } })
    const path = `/whatsapp/2/senders/${NUMBER}/templates`
    await call('POST', path, plain('offer'))
    await emulator.advance(DAY)
    expect((await call('GET', path)).body.templates[0].status).toBe('PENDING')
  })

  it('is held without a word, then sent or let drop', async () => {
    const harness = await start({ clock: { running: false } })
    const id = await register(harness, plain('offer'))
    await harness.control('PATCH', `templates/${id}`, { pacing: 'held' })
    expect(await template(harness, 'offer')).toBeUndefined()
    expect(harness.receiver.received).toEqual([])
    await harness.control('PATCH', `templates/${id}`, { pacing: 'released' })
    expect(await outcome(harness, `template-${next - 1}`)).toBe(0)
    await harness.control('PATCH', `templates/${id}`, { pacing: 'held' })
    await template(harness, 'offer')
    await harness.control('PATCH', `templates/${id}`, { pacing: 'dropped' })
    expect(await outcome(harness, `template-${next - 1}`)).toBe(7009)
  })

  it('of marketing fails for a while after its approval, where told so', async () => {
    const harness = await start({ clock: { running: false }, behaviour: { templateSyncMs: 10 * 60_000 } })
    await register(harness, plain('offer'))
    expect(await template(harness, 'offer')).toBe(7036)
    await harness.emulator.advance(10 * 60_000)
    expect(await template(harness, 'offer')).toBe(0)
  })
})

describe('marketing', () => {
  it('stops by WhatsApp’s switch for that number, until the customer turns it on again', async () => {
    const { receiver, control, ...rest } = await start({ ...TWO_NUMBERS, clock: { running: false } })
    const harness = { receiver, control, ...rest }
    await register(harness, plain('offer'))
    await register(harness, plain('news', 'UTILITY'))
    await control('POST', 'marketing', { from: CUSTOMER, status: 'stop' })
    expect(receiver.to('/webhook')[0]?.body).toMatchObject({
      from: NUMBER,
      content: { sender: NUMBER, from: CUSTOMER, notificationMessagesStatus: 'stop' },
    })
    expect(await template(harness, 'offer')).toBe(7033)
    expect(await template(harness, 'news')).toBe(0)
    expect(await template(harness, 'offer', { from: OTHER })).toBe(0)
    await control('POST', 'marketing', { from: CUSTOMER, status: 'resume' })
    expect(await template(harness, 'offer')).toBe(0)
  })

  it('is capped from all numbers together, but where the customer has answered it, or Meta caps none', async () => {
    const harness = await start({
      ...TWO_NUMBERS,
      clock: { running: false },
      behaviour: { marketingPerDay: 2, seenAfterMs: null },
    })
    await register(harness, plain('offer'))
    const [brazilian, american, canadian] = ['5511987654321', '12125550123', '14165550123']
    const send = (to: string, from = NUMBER) => template(harness, 'offer', { to, from })
    expect([await send(brazilian), await send(brazilian, OTHER), await send(brazilian)]).toEqual([0, 0, 7032])
    const last = harness.emulator.store.conversation(NUMBER, brazilian).at(0)
    await harness.emulator.phone(brazilian).sends({ text: 'tell me more', replyTo: last?.messageId })
    expect(await send(brazilian)).toBe(0)
    expect([await send(CUSTOMER), await send(CUSTOMER), await send(CUSTOMER)]).toEqual([0, 0, 0])
    expect([await send(american), await send(canadian)]).toEqual([7032, 0])
    await harness.emulator.advance(DAY)
    expect(await send(brazilian)).toBe(0)
  })

  it('and every other template outside a window is limited by the portfolio’s tier', async () => {
    const harness = await start({ ...TWO_NUMBERS, clock: { running: false }, behaviour: { seenAfterMs: null } })
    await register(harness, plain('offer', 'UTILITY'))
    await harness.control('PUT', `senders/${NUMBER}`, { currentLimit: 'LIMIT_250', qualityRating: 'LOW' })
    expect((await harness.call('GET', `/whatsapp/1/senders/quality?senders=${NUMBER}`)).body.results).toMatchObject([
      { sender: NUMBER, qualityRating: 'LOW', currentLimit: 'LIMIT_250', status: 'CONNECTED' },
    ])
    const content = { templateName: 'offer', templateData: { body: { placeholders: ['Ana'] } }, language: 'en' }
    await harness.call('POST', '/whatsapp/1/message/template', {
      messages: Array.from({ length: 250 }, (_, i) => ({
        from: OTHER,
        to: `35191${String(i).padStart(7, '0')}`,
        content,
      })),
    })
    await harness.emulator.advance(10_000)
    expect(await template(harness, 'offer')).toBe(7016)
    // Who was reached before may be again, and who has written is outside the count.
    expect(await template(harness, 'offer', { to: '351910000000' })).toBe(0)
    await harness.emulator.phone(CUSTOMER).says('hi')
    expect(await template(harness, 'offer')).toBe(0)
  })
})

describe('a customer who wants nothing', () => {
  it('blocks the business, or one template', async () => {
    const harness = await start({ ...TWO_NUMBERS, clock: { running: false } })
    await register(harness, plain('offer'))
    await register(harness, plain('news'))
    await harness.control('POST', 'blocks', { from: CUSTOMER, template: 'offer' })
    expect([await template(harness, 'offer'), await template(harness, 'news')]).toEqual([7030, 0])
    await harness.control('POST', 'blocks', { from: CUSTOMER })
    expect([await template(harness, 'news'), await template(harness, 'news', { from: OTHER })]).toEqual([7003, 0])
    await harness.control('POST', 'blocks', { from: CUSTOMER, blocked: false })
    expect(await template(harness, 'news')).toBe(0)
  })

  it('has a new device, and gets nothing until that is confirmed, where it is checked', async () => {
    const harness = await start({ clock: { running: false }, behaviour: { identityCheck: 'enforced' } })
    await harness.emulator.phone(CUSTOMER).says('hi')
    const { body } = await harness.control('POST', 'identity-change', { from: CUSTOMER, to: NUMBER })
    expect(await text(harness)).toBe(7029)
    await harness.call('PUT', `/whatsapp/1/${NUMBER}/contacts/${CUSTOMER}/identity`, { hash: body.hash })
    expect(await text(harness)).toBe(0)
  })
})

describe('Infobip’s blocklist', () => {
  it('is read, filled and emptied by its API, a little later and without a webhook', async () => {
    const harness = await start({ clock: { running: false } })
    const { call, emulator, receiver } = harness
    await emulator.phone(CUSTOMER).says('hi')
    const path = '/platform/1/blocklists'
    const entry = { destinations: [{ to: CUSTOMER }], channel: 'WHATSAPP' }
    expect((await call('POST', path, { blocklist: [entry] })).status).toBe(202)
    await emulator.advance(1_000)
    const { body } = await call('GET', `${path}?channel=WHATSAPP`)
    expect(body).toMatchObject({
      results: [{ destination: CUSTOMER, channel: 'WHATSAPP', sourceType: 'CUSTOM', accountKey: 'demo' }],
      paging: { page: 0, totalResults: 1 },
    })
    expect((await call('GET', path)).status).toBe(429)
    await harness.whatsapp('text', { text: 'no' }, { messageId: 'blocked' })
    await emulator.advance(1_000)
    const report = receiver.to('/onDeliveryReport').at(-1)?.body.results[0]
    expect(report).toMatchObject({ status: { groupId: 5, id: 14 }, error: { id: 0 } })
    // All that the entry has must be named.
    await call('DELETE', path, { blocklist: [{ destinations: [{ to: CUSTOMER }] }] })
    await emulator.advance(1_000)
    expect((await call('GET', path)).body.paging.totalResults).toBe(1)
    await emulator.advance(1_000)
    await call('DELETE', path, { blocklist: [{ ...entry, sourceType: 'CUSTOM' }] })
    await emulator.advance(1_000)
    expect(await text(harness)).toBe(0)
    expect(receiver.to('/webhook')).toEqual([])
  })

  it('refuses in the answer, where told so', async () => {
    const { control, whatsapp } = await start({ behaviour: { blocklist: 'answer' } })
    await control('POST', 'blocklist', { destination: CUSTOMER })
    expect((await whatsapp('text', { text: 'no' })).body.status).toMatchObject({ groupId: 5, id: 14 })
  })

  it.each([
    [true, ['STOP', undefined]],
    [false, []],
  ])('takes a key word of the customer, and tells of it; forwarded: %s', async (forward, keywords) => {
    const senders = [{ number: NUMBER, keywords: { stop: ['STOP'], start: ['START'], forward } }]
    const harness = await start({
      clock: { running: false },
      accounts: [{ id: 'demo', apiKeys: ['demo-api-key'], senders }],
    })
    const phone = harness.emulator.phone(CUSTOMER)
    await phone.says(' stop ')
    const [event] = harness.receiver.to('/webhook').map(({ body }) => body.results[0])
    expect(event).toMatchObject({
      event: 'BLOCK',
      content: { sender: NUMBER, destination: CUSTOMER, channel: 'WHATSAPP', sourceType: 'MO' },
    })
    const inbound = harness.receiver.to('/onMessage').map(({ body }) => body.results[0].keyword)
    expect(inbound).toEqual(keywords.slice(0, 1))
    await harness.whatsapp('text', { text: 'no' }, { messageId: 'after' })
    await harness.emulator.advance(100)
    expect(harness.emulator.store.byMessageId('after')[0]?.status?.id).toBe(14)
    await phone.says('start')
    expect(harness.receiver.to('/webhook').at(-1)?.body.results[0].event).toBe('UNBLOCK')
    expect(await text(harness)).toBe(0)
  })
})

describe('calls', () => {
  it('come as events of the Calls API', async () => {
    const { control, receiver } = await start()
    await control('POST', 'calls', { from: CUSTOMER })
    const bodies = receiver.to('/webhook').map(({ body }) => body)
    expect(bodies.map((one) => one.type)).toEqual(['CALL_RECEIVED', 'CALL_ESTABLISHED', 'CALL_FINISHED'])
    expect(bodies[0]).toMatchObject({
      callId: bodies[1].callId,
      properties: {
        call: {
          endpoint: { type: 'WHATSAPP', phoneNumber: CUSTOMER },
          from: CUSTOMER,
          to: NUMBER,
          direction: 'INBOUND',
        },
      },
    })
  })

  it('need a permission, whose limits are told', async () => {
    const { control, call, whatsapp } = await start({ clock: { running: false } })
    const path = `/whatsapp/1/senders/${NUMBER}/calls/${CUSTOMER}/permissions`
    expect((await call('GET', path)).body).toMatchObject({ status: 'NO_PERMISSION' })
    await whatsapp('interactive/call-permission-request', { body: { text: 'May we?' } })
    await control('PUT', `customers/${CUSTOMER}`, { callPermissions: { [NUMBER]: { until: null } } })
    expect((await call('GET', path)).body).toMatchObject({
      status: 'PERMANENT',
      actions: [
        {
          name: 'SEND_CALL_PERMISSION_REQUEST',
          canPerformAction: false,
          limits: [{ timePeriod: 'PT24H', currentUsage: 1 }, {}],
        },
        { name: 'START_CALL', canPerformAction: true },
      ],
    })
  })
})

describe('who a customer is', () => {
  it('is a user id of one’s own for each portfolio, where every customer has one', async () => {
    const senders = [
      { number: NUMBER, portfolio: 'a' },
      { number: OTHER, portfolio: 'a' },
      { number: '4479', portfolio: 'b' },
    ]
    const harness = await start({
      accounts: [{ id: 'demo', apiKeys: ['demo-api-key'], senders }],
      behaviour: { userIds: 'always' },
    })
    for (const { number } of senders) await harness.emulator.phone(CUSTOMER, { sender: number }).says('hi')
    const ids = harness.receiver.to('/onMessage').map(({ body }) => body.results[0].contact.userId)
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]).not.toBe(ids[2])
    const found = await Promise.all([ids[0], ids[2]].map((id) => harness.whatsapp('text', { text: 'x' }, { to: id })))
    expect(found.map((one) => one.status)).toEqual([200, 200])
    expect(harness.emulator.store.count('customer')).toBe(1)
  })

  it('changes with the number: the old one is nobody’s, windows stay behind', async () => {
    const harness = await start({ clock: { running: false } })
    await harness.emulator.phone(CUSTOMER).sends({ text: 'hi', userId: 'PT.1' })
    const { body } = await harness.control('POST', `customers/${CUSTOMER}/changes`, {
      type: 'number',
      phone: '351910000077',
    })
    expect(body.userId).toMatch(/^PT\.\d{16}$/)
    expect([await text(harness), await text(harness, { to: '351910000077' })]).toEqual([7002, 7010])
    await harness.emulator.phone('351910000077').says('it is me')
    expect(harness.receiver.to('/onMessage').at(-1)?.body.results[0]).toMatchObject({
      from: '351910000077',
      contact: { userId: body.userId },
    })
    // The old number is given to somebody else.
    await harness.emulator.phone(CUSTOMER).says('I am new here')
    expect(await text(harness)).toBe(0)
    expect(harness.receiver.to('/onMessage').at(-1)?.body.results[0].contact).not.toHaveProperty('userId')
  })

  it('is somebody else under the same number, once it was recycled', async () => {
    const harness = await start({ clock: { running: false } })
    const phone = harness.emulator.phone(CUSTOMER)
    await phone.sends({ text: 'hi', userId: 'PT.1', name: 'Rui' })
    await harness.control('POST', `customers/${CUSTOMER}/changes`, { type: 'recycled', userId: 'PT.2', name: 'Lia' })
    expect(await text(harness)).toBe(7010)
    await phone.says('new here')
    expect(harness.receiver.to('/onMessage').at(-1)?.body.results[0].contact).toEqual({
      name: 'Lia',
      phoneNumber: CUSTOMER,
      userId: 'PT.2',
    })
  })

  it('is a user name behind which the number disappears', async () => {
    const harness = await start({ clock: { running: false } })
    const phone = harness.emulator.phone(CUSTOMER)
    await phone.says('hi')
    const { body } = await harness.control('POST', `customers/${CUSTOMER}/changes`, {
      type: 'username',
      username: 'lia',
    })
    await phone.says('guess who')
    expect(harness.receiver.to('/onMessage').at(-1)?.body.results[0]).toMatchObject({
      from: body.userId,
      contact: { userId: body.userId, username: 'lia' },
    })
    expect(await text(harness, { to: body.userId })).toBe(0)
    const report = harness.receiver.to('/onDeliveryReport').at(-1)?.body.results[0]
    expect([report.to, report.contact.phoneNumber]).toEqual([body.userId, undefined])
  })

  it('is spelt otherwise in what comes back, and is reached by each spelling', async () => {
    const harness = await start({ clock: { running: false } })
    const [dialled, shown] = ['551187654321', '5511987654321']
    await harness.emulator.phone(dialled).says('oi')
    await harness.control('POST', `customers/${dialled}/changes`, { type: 'spelling', inbound: shown })
    await harness.emulator.phone(dialled).says('oi')
    expect(harness.receiver.to('/onMessage').at(-1)?.body.results[0].from).toBe(shown)
    expect([await text(harness, { to: shown }), await text(harness, { to: dialled })]).toEqual([0, 0])
    expect(harness.receiver.to('/onDeliveryReport').map(({ body }) => body.results[0].to)).toEqual([dialled, dialled])
  })
})

describe('what Infobip says of its own paths', () => {
  it('that they will go stands in the headers of their answers', async () => {
    const { control, call, omni } = await start()
    await control('POST', 'deprecations', {
      path: '/omni/1',
      deprecatedAt: '2026-12-01T00:00:00Z',
      sunsetAt: '2027-06-30T00:00:00Z',
      link: 'https://www.infobip.com/docs/omni',
    })
    const { headers } = await omni({ text: 'x' })
    expect([headers.get('deprecation'), headers.get('sunset')]).toEqual([
      '@1796083200',
      'Wed, 30 Jun 2027 00:00:00 GMT',
    ])
    expect(headers.get('link')).toContain('rel="deprecation"')
    expect((await call('GET', '/whatsapp/1/templates')).headers.get('deprecation')).toBeNull()
    await control('DELETE', 'deprecations')
    expect((await omni({ text: 'x' })).headers.get('sunset')).toBeNull()
  })

  it('where webhooks go is its subscriptions’: one more is one webhook more, one less is none', async () => {
    const harness = await start({ clock: { running: false } })
    const { call, receiver, emulator } = harness
    const path = '/subscriptions/1/subscription'
    const listed = await call('GET', `${path}/WHATSAPP`)
    expect(listed.body.results).toMatchObject([
      { subscriptionId: 'emulator-whatsapp', profile: { profileId: 'emulator' } },
    ])
    const profile = { profileId: 'mine', webhook: { notifyUrl: `${receiver.url}/mine` } }
    const subscription = { subscriptionId: 'inbound', events: ['INBOUND_MESSAGE'], profile }
    expect((await call('POST', `${path}/WHATSAPP`, subscription)).status).toBe(201)
    await emulator.phone(CUSTOMER).says('hi')
    expect([receiver.to('/onMessage').length, receiver.to('/mine').length]).toEqual([1, 1])
    await call('DELETE', `${path}/WHATSAPP/emulator-whatsapp`)
    await emulator.phone(CUSTOMER).says('hi')
    expect([receiver.to('/onMessage').length, receiver.to('/mine').length]).toEqual([1, 2])
    expect((await call('GET', '/subscriptions/1/profiles/mine')).body).toEqual(profile)
  })
})
