import { readFile, writeFile } from 'node:fs/promises'
import { topics as topicsOf } from '@imchannel/events'
import { signInboundToken } from '@imchannel/media-store'
import {
  answerWith,
  type CollectedRecord,
  collectRecords,
  type LocalServer,
  type RecordCollector,
  startTestSystem,
  type TestSystem,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callCli } from './support/call-cli.ts'

/** 1 × 1 pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** The tenant that tries to reach what is the other's: it has everything that a tenant has, on the same system. */
const intruder = {
  id: uniqueName('intruder'),
  number: uniqueNumber(),
  password: uniqueName('password'),
  mediaToken: uniqueName('token'),
  mediaSecret: uniqueName('secret-0123456789abcdef'),
  apiKey: uniqueName('key'),
}
const customer = uniqueNumber()

let system: TestSystem
let records: RecordCollector
let infobip: LocalServer
/** Every request to the intruder's own account at Infobip. */
const intrudersRequests: string[] = []

beforeAll(async () => {
  infobip = await answerWith((request, response) => {
    // Its templates and its senders' quality are read beside sending.
    if (request.method !== 'GET') intrudersRequests.push(`${request.method} ${request.url}`)
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end('{"requestError":{"serviceException":{"messageId":"BAD_REQUEST","text":"no"}}}')
  })
  system = await startTestSystem()
  const config = JSON.parse(await readFile(system.configFile, 'utf8')) as Record<string, Record<string, unknown>> // the testkit's
  config['topics'] = {
    ...config['topics'],
    outbound: [`${system.topicPrefix}.outbound`, { name: `${system.topicPrefix}.bound`, tenant: system.tenant }],
  }
  config['tenants'] = {
    ...config['tenants'],
    [intruder.id]: {
      webhookAuth: { type: 'basic', username: 'infobip', password: intruder.password },
      mediaTokens: [intruder.mediaToken],
      mediaSecrets: [intruder.mediaSecret],
      accounts: [
        {
          baseUrl: infobip.url,
          apiKey: intruder.apiKey,
          senders: [{ number: intruder.number, scenarioKey: 'S' }],
        },
      ],
    },
  }
  await writeFile(system.configFile, JSON.stringify(config))
  await Promise.all(
    (['ingress', 'media-server'] as const).map((part) => system.process(part).line('configuration changed')),
  )
  // At its start it makes the topic that is named now.
  await system.restart('dispatcher')
  const { inbound, status, deadletter } = topicsOf(system.topicPrefix)
  records = await collectRecords(system.brokers, [inbound, status, deadletter])
  await system.customerWrites({ from: customer, text: 'Hello' })
})

afterAll(async () => {
  await records?.[Symbol.asyncDispose]()
  await system?.[Symbol.asyncDispose]()
  await infobip?.[Symbol.asyncDispose]()
})

interface Data {
  readonly tenant?: string
  readonly commandId?: string
  readonly messageId?: string
  readonly error?: { readonly code: string }
  readonly content?: { readonly media?: { readonly url: string } }
}

function dataOf({ value }: CollectedRecord): Data {
  return JSON.parse(value?.toString() ?? '{}') as Data // an event of ours
}

/** The first event of a kind whose data are so. */
async function event(type: string, fits: (data: Data) => boolean): Promise<Data> {
  return waitUntil(
    () =>
      records.records
        .filter(({ headers }) => headers['ce_type'] === `imchannel.${type}.v1`)
        .map(dataOf)
        .find(fits),
    { what: type },
  )
}

async function rejected(commandId: string): Promise<string | undefined> {
  return (await event('message.rejected', (data) => data.commandId === commandId)).error?.code
}

/** A send of the tenant's own that was accepted, with its message id. */
async function accepted(more: object = {}): Promise<{ id: string; messageId: string }> {
  const id = uniqueName('own')
  const value = { id, tenant: system.tenant, from: system.number, to: customer, content: { type: 'text', text: 'Hi' } }
  await system.botSends([{ value: { ...value, ...more } }])
  const { messageId = '' } = await event('message.accepted', ({ commandId }) => commandId === id)
  return { id, messageId }
}

async function upload(): Promise<string> {
  const answer = await fetch(`${system.urls['media-server']}/${system.tenant}/imchannel/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.mediaToken}`, 'content-type': 'image/png' },
    body: PNG,
  })
  return ((await answer.json()) as { id: string }).id // the media-server's own answer
}

function media(tenant: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${system.urls['media-server']}/${tenant}/imchannel/${path}`, init)
}

function webhook(tenant: string, result: object, password = intruder.password): Promise<Response> {
  return fetch(`${system.urls.ingress}/${tenant}/imchannel/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`infobip:${password}`).toString('base64')}`,
    },
    body: JSON.stringify({ results: [result] }),
  })
}

describe('a tenant cannot reach another by', () => {
  test('a command on the other’s own topic, or from the other’s number', async () => {
    const foreign = { tenant: intruder.id, to: customer, content: { type: 'text', text: 'x' } }
    const [onTopic, fromNumber] = [uniqueName('foreign'), uniqueName('foreign')]
    await system.botSends([
      { value: { ...foreign, id: onTopic, from: intruder.number }, topic: `${system.topicPrefix}.bound` },
      { value: { ...foreign, id: fromNumber, from: system.number } },
    ])
    expect(await rejected(onTopic)).toBe('tenant_mismatch')
    expect(await rejected(fromNumber)).toBe('unknown_sender')
  })

  test('a media id: in a path, by deleting it, or in a command', async () => {
    const id = await upload()
    const asNobodys = (await media(intruder.id, `getImageMessage/${crypto.randomUUID()}`)).text()
    const foreign = await media(intruder.id, `getImageMessage/${id}`)
    expect([foreign.status, await foreign.text()]).toEqual([404, await asNobodys])
    const headers = { authorization: `Bearer ${intruder.mediaToken}` }
    expect((await media(intruder.id, `media/${id}`, { method: 'DELETE', headers })).status).toBe(404)
    expect((await media(system.tenant, `media/${id}`, { method: 'DELETE', headers })).status).toBe(401)
    const command = uniqueName('foreign')
    const content = { type: 'image', media: { id } }
    await system.botSends([
      { value: { id: command, tenant: intruder.id, from: intruder.number, to: customer, content } },
    ])
    expect(await rejected(command)).toBe('media_not_found')
    expect((await media(system.tenant, `getImageMessage/${id}`)).status).toBe(200)
  })

  test('a report: it takes nothing from the send that it names, and tells nothing of it', async () => {
    const { id, messageId } = await accepted()
    const report = { messageId, to: customer, doneAt: '2025-02-27T15:45:01.000+0000', channel: 'WHATSAPP' }
    const status = { groupId: 5, groupName: 'REJECTED', id: 8, name: 'REJECTED_PREFIX_MISSING', description: 'x' }
    expect((await webhook(intruder.id, { ...report, status })).status).toBe(200)
    const foreign = await event(
      'message.delivery',
      (data) => data.tenant === intruder.id && data.messageId === messageId,
    )
    expect(foreign.commandId).toBeUndefined()
    // The tenant's own report, from its own account, still finds its send.
    const own = await event('message.delivery', (data) => data.tenant === system.tenant && data.messageId === messageId)
    expect(own.commandId).toBe(id)
  })

  test('a message id: the other’s webhook is no repeat of its own', async () => {
    const messageId = uniqueName('same')
    const message = {
      from: customer,
      to: '1',
      integrationType: 'WHATSAPP',
      receivedAt: '2025-02-27T15:44:57.000+0000',
      messageId,
      message: { type: 'TEXT', text: 'x' },
    }
    expect((await webhook(intruder.id, message)).status).toBe(200)
    expect((await webhook(system.tenant, message, system.secrets.webhookPassword)).status).toBe(200)
    for (const tenant of [intruder.id, system.tenant])
      await event('message.received', (data) => data.tenant === tenant && data.messageId === messageId)
    // And by its own credentials it posts nothing under the other's name.
    expect((await webhook(system.tenant, message)).status).toBe(401)
  })

  test('a link to a customer’s media, signed or with a token of its own', async () => {
    await system.customerWrites({ from: customer, image: { base64: PNG.toString('base64'), contentType: 'image/png' } })
    const { content } = await event('message.received', (data) => data.content?.media !== undefined)
    const token = content?.media?.url.split('/').at(-1) ?? ''
    const headers = { authorization: `Bearer ${intruder.mediaToken}` }
    expect((await media(system.tenant, `inboundMedia/${token}`)).status).toBe(200)
    expect((await media(intruder.id, `inboundMedia/${token}`)).status).toBe(401)
    expect((await media(intruder.id, `inboundMedia/${token}`, { headers })).status).toBe(404)
    const claim = {
      sender: system.number,
      url: `${system.urls.emulator}/x`,
      expiresAt: Math.ceil(Date.now() / 1_000) + 60,
    }
    const forged = signInboundToken(system.tenant, claim, intruder.mediaSecret)
    expect((await media(system.tenant, `inboundMedia/${forged}`, { headers })).status).toBe(401)
    const relabelled = signInboundToken(intruder.id, claim, intruder.mediaSecret)
    expect((await media(intruder.id, `inboundMedia/${relabelled}`)).status).toBe(404)
  })

  test('a reading receipt or a typing indicator from the other’s number', async () => {
    const [read, typing] = [uniqueName('foreign'), uniqueName('foreign')]
    const common = { tenant: intruder.id, from: system.number, messageId: 'wamid.x' }
    await system.botSends([
      { value: { ...common, id: read, type: 'imchannel.message.read' } },
      { value: { ...common, id: typing, type: 'imchannel.typing.start', to: customer } },
    ])
    expect([await rejected(read), await rejected(typing)]).toEqual(['unknown_sender', 'unknown_sender'])
  })

  test('a replay of dead letters, or a command under the id of one', async () => {
    await system.tell('faults', { action: 'reject', statusId: 8, to: customer, count: 1 })
    const id = uniqueName('own')
    const value = { id, from: system.number, to: customer, content: { type: 'text', text: 'Hi' } }
    await system.botSends([{ value: { ...value, tenant: system.tenant } }])
    expect(await rejected(id)).toBeDefined()
    const cli = (...args: string[]) => callCli(['--config', system.configFile, 'deadletter', ...args])
    await waitUntil(async () => (await cli('list', '--tenant', system.tenant, '--id', id)).json().length === 1)
    expect((await cli('list', '--tenant', intruder.id, '--id', id)).json()).toEqual([])
    const replay = await cli('replay', '--tenant', intruder.id, '--id', id, '--yes', '--json')
    expect(replay.json()).toMatchObject([{ matched: 0, replayed: 0 }])
    // The id is the intruder's own to use: it stands for another command there.
    await system.botSends([{ value: { ...value, tenant: intruder.id, from: intruder.number } }])
    await event('message.rejected', (data) => data.tenant === intruder.id && data.commandId === id)
    expect(intrudersRequests.splice(0)).toEqual(['POST /omni/1/advanced'])
  })

  test('anything of this: nothing else has reached an account at Infobip', async () => {
    expect(intrudersRequests).toEqual([])
    const requests = await system.ask<{ headers?: Record<string, string> }[] | { requests: unknown[] }>('requests')
    expect(JSON.stringify(requests)).not.toContain(intruder.id)
  })
})
