import { collectRecords, startTestSystem, uniqueNumber, waitUntil, type TestSystem } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'

interface PhoneMessage {
  readonly messageId: string
  readonly direction: string
  readonly state: string
  readonly content: { readonly type: string; readonly text?: string }
  readonly media?: { readonly sameOnHeadAndGet?: boolean }
}

describe('one conversation, from the webhook to the bot and back', () => {
  let system: TestSystem
  const customer = uniqueNumber()

  beforeAll(async () => {
    system = await startTestSystem({ parts: ['emulator', 'media-server', 'ingress', 'dispatcher', 'echo-bot'] })
  })
  afterAll(() => system[Symbol.asyncDispose]())

  const received = async (): Promise<PhoneMessage[]> => {
    const { messages } = await system.ask<{ messages: PhoneMessage[] }>(
      `messages?customer=${customer}&direction=to-customer`,
    )
    return messages
  }

  it('answers a text, shows an image, and tells what became of both', async () => {
    onTestFailed(() => void process.stderr.write(system.outputs()))
    const { topicPrefix: prefix, tenant, number } = system
    await using status = await collectRecords(system.brokers, [`${prefix}.inbound`, `${prefix}.status`])

    await system.customerWrites({ from: customer, name: 'Teresa Gomes', text: 'Oh well' })
    await waitUntil(async () => (await received()).length === 1, { what: 'the answer on the phone' })
    await system.customerWrites({ from: customer, name: 'Teresa Gomes', text: 'An image, please' })
    await waitUntil(async () => (await received()).length === 2, { what: 'the image on the phone' })

    const types = () => status.records.map((record) => record.headers['ce_type'])
    const count = (type: string) => types().filter((one) => one === type).length
    await waitUntil(() => count('imchannel.message.seen.v1') === 2, { what: 'both seen' })
    await waitUntil(() => count('imchannel.media.fetched.v1') >= 2, { what: 'HEAD and GET of the image' })
    expect(count('imchannel.message.received.v1')).toBe(2)
    expect(count('imchannel.message.accepted.v1')).toBe(2)
    expect(count('imchannel.message.delivery.v1')).toBe(2)
    for (const record of status.records) {
      if (record.headers['ce_type'] === 'imchannel.media.fetched.v1') continue
      expect(record.key).toBe(`${tenant}:${number}:${customer}`)
    }
    const states = (await received()).map((message) => message.state)
    expect(states).toEqual(['seen', 'seen'])
  })

  it('prints the lines that operators know, to the letter', async () => {
    const ingress = system.process('ingress').output()
    const dispatcher = system.process('dispatcher').output()
    const mediaServer = system.process('media-server').output()
    const emulator = system.urls.emulator

    expect(ingress).toMatch(/^\[IMCHANNEL\] \[onMessage\] Message received \{"results":\[\{.*\}\],.*\}$/m)
    expect(dispatcher).toContain(
      `[IMCHANNEL] [sendMessage] request to [${emulator}/omni/1/advanced] Data [{"scenarioKey":"AAAAAAAAAAAAABC63903B684B3E46C5DD869","destinations":[{`,
    )
    expect(dispatcher).toMatch(
      /^\[IMCHANNEL\] \[sendMessage\] request to \[.*\] Data \[\{.*"whatsApp":\{"text":"You said: Oh well"\}\}\] with api key header$/m,
    )
    expect(dispatcher).toMatch(
      /^\[IMCHANNEL\] \[sendMessage\] response of \[.*\/omni\/1\/advanced\]: \{"messages":\[.*\]\}$/m,
    )
    expect(dispatcher).toMatch(
      /^\[IMCHANNEL\] \[sendWhatsAppImageMessage\] request to \[.*\] Data \[\{.*"imageUrl":"http.*\/imchannel\/getImageMessage\/[0-9a-f-]{36}"\}\}\] with api key header$/m,
    )
    const id = /getImageMessage\/([0-9a-f-]{36})/.exec(dispatcher)?.[1] ?? ''
    const lines = [
      `[IMCHANNEL] [onGetImageMessage] Request received for ID [${id}]`,
      `[IMCHANNEL] [onGetImageMessage] [REDIS] Get message with key [IMChannel:MultimediaMessage:${id}]`,
      `[IMCHANNEL] [onGetImageMessage] Set expire for key [IMChannel:MultimediaMessage:${id}] 1`,
    ]
    for (const line of lines) expect(mediaServer.split('\n').filter((one) => one === line)).toHaveLength(2)
  })
})
