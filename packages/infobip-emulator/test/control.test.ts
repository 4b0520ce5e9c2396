import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEmulator } from '../src/emulator.ts'
import { connectEmulator, ControlRefused } from '../src/phone/connect.ts'
import { NotReceived } from '../src/phone/phone.ts'
import { playScenario } from '../src/phone/scenario.ts'
import { InvalidOptions } from '../src/settings.ts'
import { CUSTOMER, NUMBER, start } from './harness.ts'
import { gives, png } from './receiver.ts'

const texts = ({ messages }: { messages: { bubble: { text: string } }[] }) => messages.map((one) => one.bubble.text)

describe('the control paths', () => {
  it('tell what came, with its answer, and no key', async () => {
    const { omni, control } = await start()
    await omni({ text: 'Hi' }, { messageId: 'm-1' })
    const { body } = await control('GET', 'requests?messageId=m-1')
    expect(body.requests).toHaveLength(1)
    expect(body.requests[0]).toMatchObject({
      method: 'POST',
      path: '/omni/1/advanced',
      status: 200,
      messageIds: ['m-1'],
      body: { whatsApp: { text: 'Hi' } },
    })
    expect(JSON.stringify(body)).not.toContain('demo-api-key')
    expect(body.requests[0].headers.authorization).toBe('App [redacted]')
  })

  it('tell each message with its media as fetched and its state', async () => {
    const { emulator, receiver, omni, control, until } = await start()
    receiver.media.set('/media/p', gives(png, 'image/png'))
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ imageUrl: `${receiver.url}/media/p`, text: 'look' }, { messageId: 'm' })
    await until(() => emulator.store.byMessageId('m')[0]?.seenAt)
    const { body } = await control('GET', 'messages?messageId=m')
    expect(body.messages[0]).toMatchObject({
      state: 'seen',
      bubble: { kind: 'image', text: 'look', media: { contentType: 'image/png', size: png.length } },
      fetches: [
        { method: 'HEAD', status: 200 },
        { method: 'GET', status: 200, bytes: png.length },
      ],
    })
    const blob = await fetch(`${emulator.url}/_emulator/media/${body.messages[0].bubble.media.blobId}`)
    expect(Buffer.from(await blob.arrayBuffer()).equals(png)).toBe(true)
    expect(blob.headers.get('content-security-policy')).toContain('sandbox')
  })

  it('say what they are, and what is wrong with what they were sent', async () => {
    const { control } = await start()
    expect(Object.keys((await control('GET', '')).body)).toContain('POST /_emulator/inbound')
    expect(
      (await control('POST', 'inbound', { from: '39', text: 'a', location: { latitude: 1, longitude: 2 } })).body.error,
    ).toMatch(/exactly one of text, image/)
    expect((await control('POST', 'inbound', { text: 'a' })).body.error).toContain('"from"')
    expect((await control('POST', 'inbound', { from: '39', txet: 'a' })).status).toBe(400)
    expect((await control('POST', 'inbound', '{')).status).toBe(400)
    expect((await control('GET', 'nothing')).status).toBe(404)
  })

  it('set, stop, run and step the clock', async () => {
    const { control } = await start()
    const { body } = await control('POST', 'clock', { running: false, now: '2030-01-01T00:00:00Z' })
    expect(body).toMatchObject({ now: '2030-01-01T00:00:00.000Z', running: false })
    expect((await control('POST', 'clock', { advanceMs: 1500 })).body.now).toBe('2030-01-01T00:00:01.500Z')
    expect((await control('POST', 'clock', { running: true })).body.running).toBe(true)
  })

  it('forget everything but the settings', async () => {
    const { emulator, omni, control } = await start()
    await emulator.phone(CUSTOMER).says('hello')
    await omni({ text: 'x' }, { messageId: 'm' })
    expect((await control('DELETE', 'state')).status).toBe(204)
    expect((await control('GET', 'state')).body.counts).toMatchObject({ messages: 0, requests: 0, webhooks: 0 })
    expect((await omni({ text: 'x' }, { messageId: 'm' })).body.messages[0].status.id).toBe(7)
  })

  it('list conversations, the latest first, and give them page by page from the end', async () => {
    const { emulator, control } = await start()
    for (let i = 0; i < 5; i++) await emulator.phone('391').says(String(i))
    await emulator.phone('392').sends({ name: 'Ada', text: 'later' })
    const list = (await control('GET', 'conversations')).body
    expect(list.conversations.map((one: { customer: { id: string } }) => one.customer.id)).toEqual(['392', '391'])
    expect((await control('GET', 'conversations?search=ada')).body.total).toBe(1)
    const last = (await control('GET', `conversations/${NUMBER}/391?limit=2`)).body
    expect([texts(last), last.earlier]).toEqual([['3', '4'], 3])
    const before = (await control('GET', `conversations/${NUMBER}/391?limit=2&before=${last.messages[0].seq}`)).body
    expect(texts(before)).toEqual(['1', '2'])
  })
})

describe('a phone', () => {
  it('works over HTTP as it does in process', async () => {
    const { emulator, omni } = await start()
    const remote = connectEmulator(emulator.url)
    const phone = remote.phone(CUSTOMER)
    await phone.says('hello')
    await omni({ text: 'Hello *you*' })
    expect((await phone.receives(/hello \*you/i)).bubble).toEqual({ kind: 'text', text: 'Hello *you*' })
    await expect(remote.addFault({ action: 'explode' } as never)).rejects.toBeInstanceOf(ControlRefused)
    expect(await remote.requests()).toHaveLength(1)
    const aged = { from: CUSTOMER, elapsedMs: 86_400_000 }
    expect(await remote.control('POST', 'windows', aged)).toMatchObject({ customer: CUSTOMER, open: false })
    expect(await emulator.control('GET', 'windows')).toMatchObject({ windows: [{ open: false }] })
    await remote.reset()
    expect(await phone.messages()).toEqual([])
  })

  it('says what came instead, when nothing that fits comes', async () => {
    const { emulator, omni, until } = await start()
    await omni({ text: 'outside the window' }, { messageId: 'm' })
    await until(() => emulator.store.byMessageId('m')[0]?.doneAt)
    const waiting = emulator.phone(CUSTOMER).receives('something else', { timeoutMs: 30 })
    await expect(waiting).rejects.toThrow(NotReceived)
    await expect(waiting).rejects.toThrow(/undeliverable: outside the window \(7010 EC_NO_SESSION\)/)
  })

  it('returns each message once', async () => {
    const { emulator, omni } = await start()
    const phone = emulator.phone(CUSTOMER)
    await phone.says('hello')
    await omni({ text: 'one' })
    await omni({ text: 'two' })
    expect((await phone.receives(/./, { state: 'pending' })).bubble.text).not.toBe(
      (await phone.receives(/./, { state: 'pending' })).bubble.text,
    )
  })
})

describe('a scenario file', () => {
  it('is played to its end, or to the step that is not met', async () => {
    const { emulator, receiver, omni } = await start()
    receiver.answer = ({ path, body }) => {
      // A bot, as small as can be.
      if (path === '/onMessage') void omni({ text: `You said ${body.results[0].message.text}` })
      return {}
    }
    const steps = [
      { from: CUSTOMER, says: 'hi' },
      { from: CUSTOMER, receives: '/you said hi/i' },
      { advanceMs: 1000 },
      { fault: { action: 'latency', delayMs: 0 } },
    ]
    await playScenario(emulator, { name: 'hello', steps })
    const unmet = { name: 'unmet', steps: [{ from: CUSTOMER, receives: 'never', timeoutMs: 20 }] }
    await expect(playScenario(emulator, unmet)).rejects.toBeInstanceOf(NotReceived)
  })

  it('of the documentation is one', async () => {
    const file: unknown = JSON.parse(readFileSync(new URL('../scenarios/hello.json', import.meta.url), 'utf8'))
    const { emulator, receiver, omni } = await start()
    receiver.answer = ({ path, body }) => {
      if (path === '/onMessage') void omni({ text: `Echo: ${body.results[0].message.text}` })
      return {}
    }
    await playScenario(emulator, file)
  })
})

describe('the state', () => {
  it('survives a restart where asked, with what was still to happen', async () => {
    const data = mkdtempSync(join(tmpdir(), 'emulator-'))
    onTestFinished(() => rmSync(data, { recursive: true }))
    const options = { data, clock: { running: false, now: '2026-03-01T10:00:00Z' } }
    const first = await start(options)
    first.receiver.answer = () => ({ status: 500 })
    const said = await first.emulator
      .phone(CUSTOMER)
      .sends({ image: { base64: png.toString('base64'), contentType: 'image/png' } })
    await first.omni({ text: 'at noon' }, { messageId: 'noon', sendAt: '2026-03-01T12:00:00Z' })
    await first.emulator.stop()

    const second = await start({ ...options, webhooks: { baseUrl: first.receiver.url } })
    const [message] = second.emulator.store.byMessageId(said)
    expect(message?.bubble.media?.size).toBe(png.length)
    first.receiver.answer = () => ({})
    await second.emulator.advance(3 * 3_600_000)
    expect(second.emulator.store.byMessageId('noon')[0]?.state).toBe('seen')
    // The webhook that failed before the restart came again, and new ids are new.
    expect(first.receiver.to('/onMessage')).toHaveLength(2)
    expect(await second.emulator.phone(CUSTOMER).says('again')).not.toBe(said)
  })
})

describe('a state of 0.1.0', () => {
  it('is taken over: windows that were open, and templates', async () => {
    const data = mkdtempSync(join(tmpdir(), 'emulator-'))
    onTestFinished(() => rmSync(data, { recursive: true }))
    const at = Date.parse('2026-03-01T09:00:00Z')
    const lines = [
      { run: 1 },
      {
        k: 'customer',
        e: { id: CUSTOMER, phone: CUSTOMER, readReceipts: true, online: true, wroteAt: { [NUMBER]: at } },
      },
      {
        k: 'template',
        e: {
          id: '1',
          sender: NUMBER,
          name: 'offer',
          language: 'en',
          category: 'UTILITY',
          status: 'APPROVED',
          structure: { body: { text: 'Hi {{1}}' } },
          createdAt: at,
        },
      },
    ]
    writeFileSync(join(data, 'journal.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    const { control, call } = await start({ data, clock: { running: false, now: '2026-03-02T08:59:59Z' } })
    expect((await control('GET', 'windows')).body.windows).toMatchObject([{ customer: CUSTOMER, open: true }])
    const { templates } = (await call('GET', `/whatsapp/2/senders/${NUMBER}/templates`)).body
    expect(templates).toMatchObject([{ id: '1', name: 'offer', status: 'APPROVED', quality: 'UNKNOWN' }])
  })
})

describe('options', () => {
  it('that are wrong are all told at once, each with its path', async () => {
    const wrong = createEmulator({
      port: -1,
      accounts: [{ id: 'a', senders: [{ number: '+39' }] }],
      nonsense: true,
    } as never)
    const error: unknown = await wrong.catch((reason: unknown) => reason)
    if (!(error instanceof InvalidOptions)) throw new Error('it took them')
    expect(error.problems.map((one) => one.path)).toEqual(
      expect.arrayContaining(['port', 'accounts.0.senders.0.number']),
    )
    expect(error.message).toContain('nonsense')
  })
})

describe('changes', () => {
  it('are told as they happen, as server-sent events', async () => {
    const { emulator } = await start()
    const response = await fetch(`${emulator.url}/_emulator/events`)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    if (reader === undefined) throw new Error('no body')
    await emulator.phone(CUSTOMER).says('live')
    let text = ''
    while (!text.includes('"live"')) text += (await reader.read()).value ?? ''
    expect(text).toContain('event: changes')
    await reader.cancel()
  })

  it('end for a reader that does not keep up, and for nobody else', async () => {
    const { emulator, control } = await start()
    const response = await fetch(`${emulator.url}/_emulator/events`)
    const reader = response.body?.getReader()
    if (reader === undefined) throw new Error('no body')
    // Nothing is read meanwhile: more than the buffers between us hold.
    const text = 'x'.repeat(4_000)
    for (let i = 0; i < 12; i++) {
      const messages = Array.from({ length: 500 }, (_, n) => ({ from: `39${n}000`, text }))
      expect((await control('POST', 'inbound', { messages })).status).toBe(201)
    }
    let ended = false
    while (!ended) ended = (await reader.read()).done
    expect((await control('GET', 'state')).body.counts.messages).toBe(6_000)
  })
})
