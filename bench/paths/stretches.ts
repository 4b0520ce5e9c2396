import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { uniqueName, waitUntil, type TestSystem } from '@imchannel/testkit'
import { Kafka, logLevel } from 'kafkajs'

/** One way through one service: what has to be there first, and the stretch of it that is looked at. */
export interface Stretch {
  readonly service: 'ingress' | 'dispatcher' | 'media-server'
  readonly from: string
  readonly to: string
  /** @returns what runs the stretch, from its beginning to its end */
  prepare(): Promise<() => Promise<void>>
}

const CUSTOMER = '447700900999'
/** For a service to have read what there is: it tells nobody. */
const READ_MS = 300
const MEDIUM = Buffer.alloc(200_000, '%PDF-1.7\n')

export function stretches(system: TestSystem): readonly Stretch[] {
  return [
    { service: 'ingress', from: "the last byte of a webhook's body", to: 'the 200', prepare: () => webhook(system) },
    {
      service: 'dispatcher',
      from: 'a command in its topic',
      to: 'its offset committed, its outcome in the status topic',
      prepare: () => command(system),
    },
    {
      service: 'media-server',
      from: 'the GET',
      to: "the last byte of a bot's media",
      prepare: () => download(system),
    },
  ]
}

async function webhook({ urls, tenant, number, secrets }: TestSystem): Promise<() => Promise<void>> {
  const result = {
    from: CUSTOMER,
    to: number,
    integrationType: 'WHATSAPP',
    receivedAt: new Date().toISOString().replace('Z', '+0000'),
    messageId: uniqueName('wamid'),
    message: { type: 'TEXT', text: 'Where is my order?' },
    contact: { name: 'Teresa Gomes' },
    price: { pricePerMessage: 0, currency: 'EUR' },
  }
  const body = Buffer.from(JSON.stringify({ results: [result], messageCount: 1, pendingMessageCount: 0 }))
  const sent = request(`${urls.ingress}/${tenant}/imchannel/onMessage`, {
    method: 'POST',
    auth: `infobip:${secrets.webhookPassword}`,
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  })
  sent.write(body.subarray(0, -1))
  await sleep(READ_MS)
  return async () => {
    const answered = once(sent, 'response')
    sent.end(body.subarray(-1))
    const [response] = await answered
    if (response.statusCode !== 200) throw new Error(`ingress answered ${response.statusCode}`)
    response.resume()
    await once(response, 'end')
  }
}

async function command(system: TestSystem): Promise<() => Promise<void>> {
  const { tenant, number, topicPrefix, brokers } = system
  const admin = new Kafka({ clientId: 'paths', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  const topic = `${topicPrefix}.outbound`
  await admin.connect()
  const committed = async (): Promise<number> => {
    const [outbound] = await admin.fetchOffsets({ groupId: `${topicPrefix}.dispatcher`, topics: [topic] })
    return (outbound?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
  }
  const before = await committed()
  return async () => {
    const content = { type: 'text', text: 'It comes on Tuesday.' }
    await system.botSends([{ value: { id: uniqueName('path'), tenant, from: number, to: CUSTOMER, content } }])
    await waitUntil(async () => (await committed()) > before, { what: 'the command is committed' })
    await admin.disconnect()
  }
}

async function download({ urls, tenant, mediaToken }: TestSystem): Promise<() => Promise<void>> {
  const stored = await fetch(`${urls['media-server']}/${tenant}/imchannel/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${mediaToken}`, 'content-type': 'application/pdf' },
    body: MEDIUM,
  })
  if (stored.status !== 201) throw new Error(`the media-server answered ${stored.status}: ${await stored.text()}`)
  const { id } = (await stored.json()) as { id: string } // the media-server's own answer
  return async () => {
    const answer = await fetch(`${urls['media-server']}/${tenant}/imchannel/getDocumentMessage/${id}`)
    const { byteLength } = await answer.arrayBuffer()
    if (byteLength !== MEDIUM.length) throw new Error(`${answer.status}, ${byteLength} bytes`)
  }
}
