import { setTimeout as sleep } from 'node:timers/promises'
import { conversationKey } from '@imchannel/events'
import { createProducer } from '@imchannel/kafka'
import type { Fleet, FleetTenant, Kind } from './fleet.ts'
import type { Taken } from './provider.ts'

/** What was written and has to come out, once and in order. */
export interface Written {
  /** What commands say, each something else, by conversation, each list in the order of writing. */
  readonly commands: ReadonlyMap<string, readonly string[]>
  /** The ids of those that were written without one: what they say is no id. */
  readonly placeIds: ReadonlyMap<string, string>
  /** Customers' messages by conversation, answered 200, in the order of writing. */
  readonly messages: ReadonlyMap<string, readonly string[]>
  /** Delivery reports that were answered 200, by the messageId that they are on. */
  readonly reports: ReadonlySet<string>
  readonly media: { readonly whole: number; readonly broken: number }
}

export interface FleetLoad {
  readonly written: Written
  /** How many customers' messages are stored; the provider counts commands. */
  readonly messages: () => number
  /** Infobip reports on a message; on one in five, so that ingress has to look its send up. */
  report(taken: Taken): void
  /** Writes nothing new; resolves when all that was begun is acknowledged. */
  stop(): Promise<void>
}

const CONVERSATIONS = 20
const EACH_MS = 40
const AGAIN_MS = 100
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Bots, customers, reports and downloads, each at a pace of its own, against whatever instances there are at the moment. */
export async function startLoad(fleet: Fleet): Promise<FleetLoad> {
  const producer = createProducer(fleet.client)
  const commands = new Map<string, string[]>()
  const placeIds = new Map<string, string>()
  const messages = new Map<string, string[]>()
  const reports = new Set<string>()
  const media = { whole: 0, broken: 0 }
  const begun = new Set<Promise<unknown>>()
  const picture = Buffer.from(PIXEL, 'base64')
  const mediaIds = new Map<string, string>()
  let turn = 0
  const { signal, abort } = stopSignal()

  for (const tenant of fleet.tenants) mediaIds.set(tenant.id, await upload(tenant))

  function begin(work: Promise<unknown>): void {
    begun.add(work)
    void work.finally(() => begun.delete(work))
  }

  /** One after the other within a conversation, as a bot and a customer do. */
  async function converse(tenant: FleetTenant, number: number): Promise<void> {
    const customer = String(39_300_000_000 + number)
    const key = conversationKey({ tenant: tenant.id, business: tenant.number, customer })
    const [sent, said]: [string[], string[]] = [[], []]
    commands.set(key, sent)
    messages.set(key, said)
    while (!signal.aborted) {
      await Promise.all([command(tenant, { customer, key }, sent), message(tenant, customer, said)])
      await sleep(EACH_MS * CONVERSATIONS)
    }
  }

  async function command(tenant: FleetTenant, place: { customer: string; key: string }, sent: string[]): Promise<void> {
    const id = `${tenant.id}-${place.customer}-${sent.length}`
    const content =
      sent.length % 10 === 5
        ? { type: 'image', media: { id: mediaIds.get(tenant.id) }, caption: id }
        : { type: 'text', text: id }
    const hasId = sent.length % 3 !== 0
    const value = JSON.stringify({
      ...(hasId ? { id } : {}),
      tenant: tenant.id,
      from: tenant.number,
      to: place.customer,
      content,
    })
    const record = { topic: fleet.topics.outbound, key: place.key, value }
    for (;;) {
      const [result] = await producer.publish([record])
      if (result?.kind === 'stored') {
        if (!hasId) placeIds.set(id, `${record.topic}-${result.partition}-${result.offset}`)
        break
      }
      await sleep(AGAIN_MS)
    }
    sent.push(id)
  }

  async function message({ id: tenant, number }: FleetTenant, customer: string, said: string[]): Promise<void> {
    const messageId = `in-${tenant}-${customer}-${said.length}`
    const result = {
      from: customer,
      to: number,
      integrationType: 'WHATSAPP',
      receivedAt: '2026-01-01T12:00:00.000+0000',
      messageId,
      message: { type: 'TEXT', text: 'Where is my order?' },
      price: { pricePerMessage: 0, currency: 'EUR' },
    }
    await untilStored(tenant, 'onMessage', result)
    // What came in time comes again, to whatever instance.
    if (said.length % 5 === 0) await untilStored(tenant, 'onMessage', result)
    said.push(messageId)
  }

  /** Infobip comes again until it hears 200. */
  async function untilStored(tenant: string, path: string, result: unknown): Promise<void> {
    const body = JSON.stringify({ results: [result], messageCount: 1, pendingMessageCount: 0 })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    while ((await ask('ingress', `/${tenant}/imchannel/${path}`, init))?.status !== 200) await sleep(AGAIN_MS)
  }

  async function download(): Promise<void> {
    while (!signal.aborted) {
      const [tenant, id] = [...mediaIds][turn % mediaIds.size] ?? []
      const answer = await ask('media-server', `/${tenant}/imchannel/getImageMessage/${id}`)
      if (answer !== undefined && answer.status !== 503) {
        if (answer.status === 200 && picture.equals(answer.body)) media.whole++
        else media.broken++
      }
      await sleep(EACH_MS)
    }
  }

  async function upload({ id }: FleetTenant): Promise<string> {
    const headers = { authorization: `Bearer ${fleet.mediaToken}`, 'content-type': 'image/png' }
    const body = Buffer.from(PIXEL, 'base64')
    const answer = await ask('media-server', `/${id}/imchannel/media`, { method: 'POST', headers, body })
    if (answer?.status !== 201) throw new Error(`the picture was not taken: ${answer?.status}`)
    // `as`: the media-server's own answer.
    return (JSON.parse(answer.body.toString('utf8')) as { id: string }).id
  }

  /** One of those that run now, in turns; undefined where it does not answer. */
  async function ask(
    kind: Kind,
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: Buffer } | undefined> {
    const instances = fleet.running(kind)
    const instance = instances[turn++ % Math.max(1, instances.length)]
    if (instance === undefined) return undefined
    try {
      const answer = await fetch(`${instance.url}${path}`, { ...init, signal: AbortSignal.timeout(15_000) })
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
    } catch {
      return undefined
    }
  }

  for (const tenant of fleet.tenants)
    for (let number = 0; number < CONVERSATIONS / fleet.tenants.length; number++) begin(converse(tenant, number))
  begin(download())

  return {
    written: { commands, placeIds, messages, reports, media },
    messages: () => [...messages.values()].reduce((sum, { length }) => sum + length, 0),
    report: ({ messageId, text }) => {
      const tenant = fleet.tenants.find(({ id }) => text.startsWith(`${id}-`))
      if (tenant === undefined || reports.has(messageId) || turn % 5 !== 0) return
      const status = { groupId: 3, groupName: 'DELIVERED', id: 5, name: 'DELIVERED_TO_HANDSET' }
      const doneAt = '2026-01-01T12:00:01.000+0000'
      const result = { messageId, to: text.split('-').at(-2), sentAt: doneAt, doneAt, status, channel: 'WHATSAPP' }
      begin(untilStored(tenant.id, 'onDeliveryReport', result).then(() => reports.add(messageId)))
    },
    stop: async () => {
      abort()
      while (begun.size > 0) await Promise.all(begun)
      await producer.close()
    },
  }
}

function stopSignal(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
