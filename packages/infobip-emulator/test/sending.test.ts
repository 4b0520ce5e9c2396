import { describe, expect, it } from 'vitest'
import { CUSTOMER, NUMBER, SCENARIO, start } from './harness.ts'

describe('a send over omni', () => {
  it('is accepted, delivered and seen, with a webhook for each in omni’s shape', async () => {
    const { emulator, receiver, omni, until } = await start()
    await emulator.phone(CUSTOMER).says('hello')
    const { status, body } = await omni({ text: 'Hi' }, { messageId: 'm-1', callbackData: 'mine' })
    expect(status).toBe(200)
    expect(body).toEqual({
      messages: [
        {
          to: { phoneNumber: CUSTOMER },
          messageId: 'm-1',
          status: expect.objectContaining({ groupId: 1, groupName: 'PENDING', id: 7, name: 'PENDING_ENROUTE' }),
        },
      ],
    })
    const seen = await until(() => receiver.to('/onSeenReport')[0])
    const [delivery] = receiver.to('/onDeliveryReport')
    expect(delivery?.body.results).toHaveLength(1)
    expect(delivery?.body.results[0]).toMatchObject({
      messageId: 'm-1',
      to: CUSTOMER,
      channel: 'WHATSAPP',
      callbackData: 'mine',
      status: { groupId: 3, id: 5 },
      error: { id: 0, permanent: false },
    })
    expect(delivery?.body.results[0].doneAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/)
    expect(seen.body.results[0]).toMatchObject({ messageId: 'm-1', from: NUMBER, to: CUSTOMER })
    expect(seen.body.results[0]).toHaveProperty('sendAt')
  })

  it('names a bulk only where it has several destinations', async () => {
    const { call } = await start()
    const destinations = [{ to: { phoneNumber: '391' } }, { to: { phoneNumber: '392' } }]
    const { body } = await call('POST', '/omni/1/advanced', {
      scenarioKey: SCENARIO,
      destinations,
      whatsApp: { text: 'x' },
    })
    expect(body.messages).toHaveLength(2)
    expect(body.bulkId).toEqual(expect.any(String))
  })

  it.each([
    ['no content', {}],
    ['two media', { imageUrl: 'http://a/1', audioUrl: 'http://a/2' }],
    ['a place without longitude', { latitude: 1 }],
    ['a template without language', { templateName: 'hi' }],
    ['a URL that is none', { imageUrl: 'file:///etc/passwd' }],
  ])('is refused with %s', async (_note, whatsApp) => {
    const { omni } = await start()
    const { status, body } = await omni(whatsApp)
    expect(status).toBe(400)
    expect(body.requestError.serviceException.messageId).toBe('BAD_REQUEST')
    expect(Object.keys(body.requestError.serviceException.validationErrors)).not.toHaveLength(0)
  })

  it('is refused for a scenario that nobody made, or goes by the default one where told so', async () => {
    const refused = await start()
    expect((await refused.omni({ text: 'x' }, { scenarioKey: 'nope' })).status).toBe(400)
    const lenient = await start({ behaviour: { unknownScenario: 'default' } })
    expect((await lenient.omni({ text: 'x' }, { scenarioKey: 'nope' })).status).toBe(200)
  })

  it('says no report where notify is false, and one more where intermediate reports are asked for', async () => {
    const { emulator, receiver, omni, until } = await start()
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ text: 'quiet' }, { messageId: 'quiet', notify: false })
    await omni({ text: 'loud' }, { messageId: 'loud', intermediateReport: true })
    await until(() => receiver.to('/onSeenReport').length === 1)
    const reports = receiver
      .to('/onDeliveryReport')
      .map(({ body }) => [body.results[0].messageId, body.results[0].status.id])
    expect(reports).toEqual([
      ['loud', 2],
      ['loud', 5],
    ])
  })

  it('reports to the notifyUrl of the request', async () => {
    const { emulator, receiver, omni, until } = await start()
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ text: 'x' }, { notifyUrl: `${receiver.url}/elsewhere` })
    await until(() => receiver.to('/elsewhere').length === 2)
    expect(receiver.to('/onDeliveryReport')).toEqual([])
  })
})

describe('who may send', () => {
  it.each([
    ['omni', '/omni/1/advanced', 'requestError'],
    ['whatsapp', '/whatsapp/1/message/text', 'requestError'],
    ['messages', '/messages-api/1/messages', 'errorCode'],
  ])('is told by the key, in the error family of %s', async (_api, path, field) => {
    const { call } = await start()
    const { status, body } = await call('POST', path, {}, 'another-key')
    expect(status).toBe(401)
    expect(body).toHaveProperty(field)
  })

  it('is one account by its key, another by basic auth', async () => {
    const { emulator, call } = await start({
      accounts: [
        { id: 'a', apiKeys: ['key-a'], senders: [{ number: '1111', scenarioKey: 'SA' }] },
        { id: 'b', basic: [{ username: 'b', password: 'secret' }], senders: [{ number: '2222', scenarioKey: 'SB' }] },
      ],
    })
    const body = { scenarioKey: 'SA', destinations: [{ to: { phoneNumber: CUSTOMER } }], whatsApp: { text: 'x' } }
    expect((await call('POST', '/omni/1/advanced', body, 'key-a')).status).toBe(200)
    const basic = await fetch(`${emulator.url}/omni/1/advanced`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('b:secret')}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    // The scenario of another account is none.
    expect(basic.status).toBe(400)
  })

  it('meets its own limit, and is told when to come back', async () => {
    const { emulator, call } = await start({
      clock: { running: false },
      accounts: [{ id: 'a', apiKeys: ['k'], senders: [{ number: '1111', scenarioKey: 'S', messagesPerSecond: 2 }] }],
    })
    const send = () =>
      call(
        'POST',
        '/omni/1/advanced',
        { scenarioKey: 'S', destinations: [{ to: { phoneNumber: CUSTOMER } }], whatsApp: { text: 'x' } },
        'k',
      )
    const answers = [await send(), await send(), await send()]
    expect(answers.map((one) => one.status)).toEqual([200, 200, 429])
    expect(answers[2]?.headers.get('retry-after')).toBe('1')
    await emulator.advance(1000)
    expect((await send()).status).toBe(200)
  })
})

const statusIds = async (duplicates: 'refuse' | 'accept' | { refuseWithinMs: number }, waitMs = 0) => {
  const { emulator, omni } = await start({ clock: { running: false }, behaviour: { duplicates } })
  const first = await omni({ text: 'x' }, { messageId: 'same' })
  await emulator.advance(waitMs)
  const second = await omni({ text: 'x' }, { messageId: 'same' })
  return [first, second].map((one) => one.body.messages[0].status.id)
}

describe('a messageId that was taken before', () => {
  it('is refused with 23, accepted, or refused within a window', async () => {
    expect(await statusIds('refuse')).toEqual([7, 23])
    expect(await statusIds('accept')).toEqual([7, 7])
    expect(await statusIds({ refuseWithinMs: 60_000 }, 1_000)).toEqual([7, 23])
    expect(await statusIds({ refuseWithinMs: 60_000 }, 61_000)).toEqual([7, 7])
  })
})

describe('logs and reports', () => {
  it('know omni sends alone, after a lag', async () => {
    const { emulator, call, omni, whatsapp } = await start({
      clock: { running: false },
      behaviour: { logsLagMs: 5_000 },
    })
    await omni({ text: 'x' }, { messageId: 'by-omni' })
    await whatsapp('text', { text: 'x' }, { messageId: 'by-whatsapp' })
    const ids = async () => {
      const { body } = await call('GET', '/omni/1/logs?messageId=by-omni&messageId=by-whatsapp')
      return body.results.map((one: { messageId: string }) => one.messageId)
    }
    expect(await ids()).toEqual([])
    await emulator.advance(5_000)
    expect(await ids()).toEqual(['by-omni'])
  })

  it('know others where told so', async () => {
    const { call, whatsapp } = await start({ behaviour: { logsCover: ['omni', 'whatsapp'] } })
    await whatsapp('text', { text: 'x' }, { messageId: 'by-whatsapp' })
    expect((await call('GET', '/omni/1/logs?messageId=by-whatsapp')).body.results).toHaveLength(1)
  })

  it('give a report once', async () => {
    const { emulator, call, omni, until } = await start()
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ text: 'x' }, { messageId: 'once' })
    await until(() => emulator.store.byMessageId('once')[0]?.doneAt)
    const count = async () => (await call('GET', '/omni/1/reports')).body.results.length
    expect([await count(), await count()]).toEqual([1, 0])
  })

  it('are limited to 120 a minute', async () => {
    const { call } = await start({ clock: { running: false } })
    const answers = await Promise.all(Array.from({ length: 121 }, () => call('GET', '/omni/1/logs')))
    expect(answers.filter((one) => one.status === 429)).toHaveLength(1)
  })
})
