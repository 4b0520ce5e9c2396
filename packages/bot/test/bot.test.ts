import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { createBot, type Bot, type BotOptions, type Consent, type Sent } from '@imchannel/bot'
import { connectEmulator } from '@imchannel/bot/testing'
import { collectRecords, startTestSystem, uniqueNumber, waitUntil, type TestSystem } from '@imchannel/testkit'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { kafkajsTransport } from './fixtures/kafkajs-transport.ts'
import { spawnBot } from './fixtures/spawn-bot.ts'

/** Only ends what would never end: a message goes through five processes that share the machine with other tests. */
const PATIENCE_MS = 60_000

describe('a bot in the whole system', () => {
  let system: TestSystem
  const bots: Bot[] = []
  const spans = new InMemorySpanExporter()
  const telemetry = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
    metricReaders: [],
    logRecordProcessors: [],
  })

  beforeAll(async () => {
    telemetry.start()
    system = await startTestSystem()
  })
  afterEach(() => Promise.all(bots.splice(0).map((bot) => bot.stop())))
  afterAll(async () => {
    await system[Symbol.asyncDispose]()
    await telemetry.shutdown()
  })

  const makeBot = (groupId: string, options: Partial<BotOptions> = {}): Bot => {
    const { brokers, tenant, topicPrefix } = system
    const bot = createBot({ brokers, tenant, topicPrefix, groupId, ...options })
    bots.push(bot)
    return bot
  }
  const phone = () =>
    connectEmulator(system.urls.emulator).phone(uniqueNumber(), { sender: system.number, timeoutMs: PATIENCE_MS })

  it('is told when a customer switches marketing off in WhatsApp', async () => {
    const customer = uniqueNumber()
    const bot = makeBot('consents')
    const told = Promise.withResolvers<Consent>()
    bot.onConsentChanged((consent) => {
      if (consent.from === customer) told.resolve(consent)
    })
    await bot.start()
    const content = { sender: system.number, from: customer, notificationMessagesStatus: 'stop' }
    await system.tell('webhooks', { body: { from: system.number, content, createdAt: new Date().toISOString() } })
    expect(await told.promise).toMatchObject({
      sender: system.number,
      state: 'optedOut',
      scope: 'marketing',
      source: 'whatsapp',
      conversation: `${system.tenant}:${system.number}:${customer}`,
    })
  })

  it('answers the phone, and knows what becomes of the answer', async () => {
    const bot = makeBot('promises')
    const sent: Sent[] = []
    bot.onMessage('text', async ({ content }, reply) => {
      if (content.text !== 'promises') return
      const first = await reply.text('one')
      sent.push(first)
      // Within the turn: the reports of the conversation come to this very process.
      await first.delivered
      await reply.text('two')
    })
    await bot.start()
    const customer = phone()
    await customer.says('promises')
    await customer.receives('two')
    expect(await sent[0]?.accepted).toMatchObject({ state: 'accepted' })
    expect(await sent[0]?.seen).toMatchObject({ event: { data: { messageId: sent[0]?.messageId } } })
  })

  it('shares conversations among its processes, each with the reports that belong to them', async () => {
    const answeredBy = new Map<string, string>()
    const members = ['a', 'b'].map((name) => {
      const bot = makeBot('shared')
      bot.onMessage('text', async ({ content, from }, reply) => {
        if (content.text !== 'shared') return
        const { accepted } = await reply.text('first')
        await accepted
        answeredBy.set(from, name)
        await reply.text('second')
      })
      return bot
    })
    await Promise.all(members.map((bot) => bot.start()))
    // Twelve conversations in three partitions: both have some, and each handler waits for a report of its own.
    const customers = Array.from({ length: 12 }, phone)
    await Promise.all(customers.map((customer) => customer.says('shared')))
    for (const customer of customers) await customer.receives('second')
    expect(new Set(answeredBy.values()).size).toBe(2)
  })

  it('sends what is too large for a command through the media-server', async () => {
    const { urls, mediaToken } = system
    const bot = makeBot('media', { media: { url: urls['media-server'], token: mediaToken } })
    const document = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(700_000)])
    bot.onMessage('text', async ({ content }, reply) => {
      if (content.text === 'bytes') await reply.document(document, { filename: 'bytes.pdf' })
      if (content.text === 'stream') await reply.document(Readable.from([document]), { filename: 'stream.pdf' })
    })
    await bot.start()
    const customer = phone()
    for (const how of ['bytes', 'stream']) {
      await customer.says(how)
      const { bubble } = await customer.receives((message) => message.bubble.media?.filename === `${how}.pdf`)
      expect(bubble.media?.size).toBe(document.length)
    }
  })

  it('puts its commands into the trace of the event that they answer', async () => {
    await using inbound = await collectRecords(system.brokers, [`${system.topicPrefix}.inbound`])
    await using outbound = await collectRecords(system.brokers, [`${system.topicPrefix}.outbound`])
    const bot = makeBot('traced')
    bot.onMessage('text', async ({ content }, reply) => {
      if (content.text === 'traced') await reply.text('and found')
    })
    await bot.start()
    const customer = phone()
    await customer.says('traced')
    await customer.receives('and found')
    const command = await waitUntil(() => outbound.records.find(({ value }) => value?.includes('and found')))
    const event = await waitUntil(() => inbound.records.find(({ value }) => value?.includes('"traced"')))
    const [, traceId, spanId] = command.headers['traceparent']?.split('-') ?? []
    const all = spans.getFinishedSpans()
    const send = all.find((span) => span.spanContext().spanId === spanId)
    const answer = all.find((span) => span.spanContext().spanId === send?.parentSpanContext?.spanId)
    expect(answer).toMatchObject({ name: 'answer', attributes: { 'imchannel.turn.events': 1 } })
    expect(JSON.stringify(answer?.attributes)).not.toContain(customer.number)
    // Ingress has no endpoint for traces here, so that the event begins none; where it does, it is the parent.
    const parent = event.headers['traceparent']?.split('-')[1]
    expect(parent ?? traceId).toBe(traceId)
  })

  it('works on plain kafkajs, too', async () => {
    const bot = makeBot('kafkajs', { transport: kafkajsTransport(system.brokers) })
    bot.onMessage('text', async ({ content }, reply) => {
      if (content.text === 'kafkajs') await (await reply.text('it does')).delivered
    })
    await bot.start()
    const customer = phone()
    await customer.says('kafkajs')
    await customer.receives('it does')
  })

  it('sends of its own accord once, however often it is asked to', async () => {
    const bot = makeBot('proactive')
    const customer = phone()
    const message = { id: 'order-4711', from: system.number, to: customer.number }
    await customer.says('hello')
    await bot.send({ ...message, content: { type: 'text', text: 'shipped' } })
    await bot.send({ ...message, content: { type: 'text', text: 'shipped' } })
    await bot.send({ ...message, id: 'order-4712', content: { type: 'text', text: 'billed' } })
    await customer.receives('billed')
    const texts = (await customer.messages()).map(({ bubble }) => bubble.text)
    expect(texts.filter((text) => text === 'shipped')).toHaveLength(1)
  })

  it('tells the next owner what became of what a dead process had sent', async () => {
    const customer = phone()
    const presence = (online: boolean) =>
      fetch(`${system.urls.emulator}/_emulator/customers/${customer.number}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ online }),
      })
    await customer.says('repeat')
    await presence(false)
    const first = await spawnBot(system)
    await waitUntil(() => first.output().includes('outcome accepted'), { what: 'the answer is with Infobip' })
    await first.kill()
    const second = await spawnBot(system)
    await presence(true)
    await waitUntil(() => /^outcome delivered repeating-bot:/m.test(second.output()), {
      what: 'the report, in the next process',
    })
    expect((await second.stop(30_000)).code).toBe(0)
  })
})
