import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CommandContent, SendMessage } from '@imchannel/events'
import { createMediaStore } from '@imchannel/media-store'
import { collect, sampleMedia } from '@imchannel/media-store/samples'
import { createRedis, type RedisClient } from '@imchannel/redis'
import { answerWith, type LocalServer, testStack, uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaPreparation, type Prepared } from '../src/adapters/media-preparation.ts'
import { goldenSend } from './contract/golden-commands.ts'

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000
const png = sampleMedia('image/png', 300_000)
const tenant = uniqueName('acme')

/** Somebody's web server, which need not mean well. */
const answers: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/picture.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png),
  '/untold': (response) => response.writeHead(200, { 'content-disposition': 'inline; filename="told.png"' }).end(png),
  '/octets': (response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(png),
  '/moved': (response) => response.writeHead(302, { location: '/picture.png' }).end(),
  '/inside': (response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/missing': (response) => response.writeHead(404).end(),
  '/broken': (response) => response.writeHead(500).end(),
  '/cut': (response) => response.writeHead(200, { 'content-length': 900_000 }).write(png, () => response.destroy()),
  '/empty': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(),
  '/large': (response) => response.writeHead(200, { 'content-length': 5 * MIB + 1 }).flushHeaders(),
  '/longer': (response) => response.end(sampleMedia('image/png', 5 * MIB + 1)),
  '/lying': (response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(png),
  '/forced': (response) => response.writeHead(200, { 'content-type': 'application/force-download' }).end(png),
  '/wild': (response) => response.writeHead(200, { 'content-type': 'image/*' }).end(png),
  '/named': (response) =>
    response
      .writeHead(200, { 'content-disposition': Buffer.from('inline; filename="März.png"').toString('latin1') })
      .end(png),
  '/film': (response) => response.end(sampleMedia('video/mp4', 1_000)),
}

let web: LocalServer
let redis: RedisClient

beforeAll(async () => {
  web = await answerWith((request, response) => answers[request.url ?? '']?.(response, request))
  redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => {} })
})
afterAll(async () => {
  redis.disconnect()
  await web[Symbol.asyncDispose]()
})

function storeWith(budgetBytes = Number.MAX_SAFE_INTEGER) {
  return createMediaStore(redis, { ttlAfterFetchMs: () => 24 * HOUR_MS, budgetBytes: () => budgetBytes })
}

interface Setting {
  readonly allow?: readonly string[]
  readonly allowHttp?: boolean
  readonly budgetBytes?: number
  readonly now?: () => number
  /** Prepares the one command several times. */
  readonly again?: (once: () => Promise<Prepared>) => Promise<Prepared>
}

async function prepare(
  content: CommandContent,
  setting: Setting = {},
  more: Partial<SendMessage> = {},
): Promise<Prepared> {
  const { allow = ['127.0.0.1'], allowHttp = true, budgetBytes, now = Date.now } = setting
  const { again = (once) => once() } = setting
  const prepareMedia = createMediaPreparation({
    store: storeWith(budgetBytes),
    publicUrl: () => 'https://chat.example.com',
    ttlMs: () => 48 * HOUR_MS,
    fetchPolicy: () => ({ allow, deny: [] }),
    allowHttp: () => allowHttp,
    now,
  })
  const command = { ...goldenSend({ content, more }), tenant }
  return again(() => prepareMedia(command, AbortSignal.timeout(30_000)))
}

const image = (media: Extract<CommandContent, { type: 'image' }>['media'], type: 'image' | 'document' = 'image') =>
  ({ type, media }) as CommandContent // both take the same members

const base64 = (bytes: Buffer, contentType = 'image/png') => ({ base64: bytes.toString('base64'), contentType })

/** The one item of what is ready, as it is stored. */
async function stored(prepared: Prepared) {
  if (prepared.kind !== 'ready') throw new Error(JSON.stringify(prepared))
  const [found] = prepared.media.values()
  const id = found?.url.split('/').at(-1) ?? ''
  const item = await storeWith().head({ tenant, id })
  if (item === undefined) throw new Error('nothing is stored')
  const bytes = await collect(storeWith().read(item, { start: 0, end: item.size - 1 }))
  return { found, item, bytes }
}

describe('a media item that a command brings', () => {
  it.each([
    ['inline', () => base64(png), undefined],
    ['by URL', () => ({ url: `${web.url}/picture.png` }), 'picture.png'],
    ['by a URL that redirects', () => ({ url: `${web.url}/moved` }), 'picture.png'],
    ['by a URL that tells a name and no type', () => ({ url: `${web.url}/untold` }), 'told.png'],
    ['by a URL of mere bytes', () => ({ url: `${web.url}/octets` }), undefined],
    ['by a URL under another type', () => ({ url: `${web.url}/lying` }), undefined],
    ['by a URL that forces a download', () => ({ url: `${web.url}/forced` }), undefined],
    ['by a URL of any picture', () => ({ url: `${web.url}/wild` }), undefined],
    ['by a URL with a name in raw UTF-8', () => ({ url: `${web.url}/named` }), 'März.png'],
  ])('%s is stored for Infobip to fetch, with its type, name and command', async (_, media, filename) => {
    const { found, item, bytes } = await stored(await prepare(image(media()), {}, { id: 'order-1' }))
    expect(found).toEqual({
      url: `https://chat.example.com/${tenant}/imchannel/getImageMessage/${item.id}`,
      ...(filename !== undefined && { filename }),
    })
    expect(item).toMatchObject({ kind: 'image', contentType: 'image/png', commandIds: ['order-1'] })
    expect(bytes.equals(png)).toBe(true)
  })

  it('lives until 48 h after the time of the send', async () => {
    const sendAt = new Date(Date.now() + 100 * HOUR_MS).toISOString()
    const media = base64(png)
    const { item } = await stored(await prepare(image(media), {}, { sendAt }))
    const left = await redis.pttl(`IMChannel:MultimediaMessage:${item.id}`)
    expect(Math.abs(left - 148 * HOUR_MS)).toBeLessThan(60_000)
  })

  it.each([
    ['media_not_found', () => ({ id: '00000000-0000-4000-8000-000000000000' })],
    ['media_type_mismatch', () => base64(sampleMedia('image/jpeg'))],
    ['media_unsupported', () => base64(sampleMedia('image/gif'), 'image/gif')],
    ['media_unsupported', () => ({ url: `${web.url}/film` })],
    ['media_too_large', () => ({ url: `${web.url}/large` })],
    ['media_too_large', () => ({ url: `${web.url}/longer` })],
    ['media_empty', () => ({ url: `${web.url}/empty` })],
    ['media_unavailable', () => ({ url: `${web.url}/missing` })],
    ['media_forbidden_url', () => ({ url: `${web.url}/loop` })],
    ['media_forbidden_url', () => ({ url: `${web.url}/inside` })],
    ['media_forbidden_url', () => ({ url: 'https://169.254.169.254/latest/meta-data/' })],
    ['media_forbidden_url', () => ({ url: 'https://[::1]/x.png' })],
  ])('is %s where WhatsApp or we would refuse it, before anything is sent', async (code, media) => {
    const prepared = await prepare(image(media()))
    expect(prepared).toMatchObject({
      kind: 'refused',
      error: { code, reason: expect.stringMatching(/content\.media: /) },
    })
  })

  it('is refused over http, and on a private address, unless the setting says otherwise', async () => {
    const forbidden = { kind: 'refused', error: { code: 'media_forbidden_url' } }
    const media = { url: `${web.url}/picture.png` }
    expect(await prepare(image(media), { allowHttp: false })).toMatchObject(forbidden)
    expect(await prepare(image(media), { allow: [] })).toMatchObject(forbidden)
  })

  it.each([
    ['its server is broken', '/broken', {}],
    ['its server breaks off', '/cut', {}],
    ['the room for media is used up', '/picture.png', { budgetBytes: 1 }],
  ])('waits where %s: another try may succeed', async (_, path, setting) => {
    expect(await prepare(image({ url: web.url + path }), setting)).toMatchObject({ kind: 'later' })
  })

  it.each([
    ['a name that nobody has', () => 'https://nobody.invalid/picture.png'],
    ['a port that nobody listens on', () => 'http://127.0.0.1:1/picture.png'],
    ['a server of another protocol', () => web.url.replace('http', 'https')],
  ])('waits five minutes for %s, and then is named unavailable', async (_, url) => {
    let time = Date.now()
    const again = async (once: () => Promise<Prepared>): Promise<Prepared> => {
      expect(await once()).toMatchObject({ kind: 'later' })
      time += 299_000
      expect(await once()).toMatchObject({ kind: 'later' })
      time += 1_000
      return once()
    }
    const last = await prepare(image({ url: url() }), { now: () => time, again })
    const reason = expect.stringMatching(/content\.media: nothing is there, for 5 minutes now: /)
    expect(last).toMatchObject({ kind: 'refused', error: { code: 'media_unavailable', reason } })
  })

  it('may be a document whatever its type is', async () => {
    const { item } = await stored(await prepare(image({ url: `${web.url}/film` }, 'document')))
    expect(item).toMatchObject({ kind: 'document', contentType: 'video/mp4' })
  })
})
