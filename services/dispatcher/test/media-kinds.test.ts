import { createHash } from 'node:crypto'
import { sampleMedia, type sampleHeads } from '@imchannel/media-store/samples'
import {
  collectRecords,
  startTestSystem,
  uniqueName,
  uniqueNumber,
  waitUntil,
  type TestSystem,
} from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Kind = 'image' | 'document' | 'audio' | 'video' | 'sticker'

/** Every type that WhatsApp takes as each kind, and a document of any other: sizes below and above a chunk of the store. */
const kinds: readonly { kind: Kind; type: keyof typeof sampleHeads; bytes: number }[] = [
  { kind: 'image', type: 'image/jpeg', bytes: 200_000 },
  { kind: 'image', type: 'image/png', bytes: 20_000 },
  { kind: 'document', type: 'application/pdf', bytes: 3_000_000 },
  { kind: 'document', type: 'application/zip', bytes: 300_000 },
  { kind: 'document', type: 'image/gif', bytes: 10_000 },
  { kind: 'audio', type: 'audio/aac', bytes: 70_000 },
  { kind: 'audio', type: 'audio/amr', bytes: 30_000 },
  { kind: 'audio', type: 'audio/mpeg', bytes: 700_000 },
  { kind: 'audio', type: 'audio/mp4', bytes: 262_144 },
  { kind: 'audio', type: 'audio/ogg; codecs=opus', bytes: 40_000 },
  { kind: 'video', type: 'video/mp4', bytes: 2_000_000 },
  { kind: 'video', type: 'video/3gpp', bytes: 262_145 },
  { kind: 'sticker', type: 'image/webp', bytes: 0 },
]

interface PhoneMessage {
  readonly state: string
  readonly fetches: readonly {
    method: string
    status?: number
    bytes?: number
    sha256?: string
    headers?: Record<string, string>
  }[]
}

describe('a media item of every kind', () => {
  let system: TestSystem

  beforeAll(async () => {
    system = await startTestSystem({ emulator: { behaviour: { sessionWindow: 'off' } } })
  })
  afterAll(() => system[Symbol.asyncDispose]())

  async function upload(bytes: Buffer, contentType: string, query: string): Promise<string> {
    const answer = await fetch(`${system.urls['media-server']}/${system.tenant}/imchannel/media?${query}`, {
      method: 'POST',
      headers: { 'content-type': contentType, authorization: `Bearer ${system.mediaToken}` },
      body: new Uint8Array(bytes),
    })
    expect(answer.status).toBe(201)
    // The media-server's own answer, as the contract has it.
    return ((await answer.json()) as { id: string }).id
  }

  async function send(kind: Kind, media: Record<string, unknown>, customer: string): Promise<void> {
    const { tenant, number } = system
    const content = { type: kind, media, ...(kind === 'document' ? { filename: 'invoice.pdf' } : {}) }
    await system.botSends([{ value: { id: uniqueName('media'), tenant, from: number, to: customer, content } }])
  }

  // All at once: most of the time of one is the customer's, who takes a moment to look.
  it.concurrent.for(kinds)(
    '$type is fetched as $kind, HEAD then GET, byte for byte',
    async (media, { onTestFailed, expect }) => {
      onTestFailed(() => void process.stderr.write(system.outputs()))
      const { kind, type } = media
      const bytes = sampleMedia(type, media.bytes)
      const customer = uniqueNumber()
      await send(kind, { id: await upload(bytes, type, `kind=${kind}`) }, customer)
      const message = await waitUntil(async () => {
        const { messages } = await system.ask<{ messages: PhoneMessage[] }>(`messages?customer=${customer}`)
        return messages.find(({ state }) => state === 'seen')
      })
      expect(message.fetches.map(({ method, status }) => `${method} ${status}`)).toEqual(['HEAD 200', 'GET 200'])
      const [head, get] = message.fetches
      expect(get?.bytes).toBe(bytes.length)
      expect(get?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
      for (const name of ['content-type', 'content-length', 'etag', 'content-disposition']) {
        expect(head?.headers?.[name], name).toBe(get?.headers?.[name])
      }
      expect(get?.headers?.['content-type']).toBe(type)
    },
  )

  it('that was stored as a document is refused as an image that WhatsApp would not take', async () => {
    const large = sampleMedia('image/jpeg', 5 * 1024 * 1024 + 1)
    const customer = uniqueNumber()
    const id = await upload(large, 'image/jpeg', 'kind=document')
    await using status = await collectRecords(system.brokers, [`${system.topicPrefix}.status`])
    await send('image', { id }, customer)
    const key = `${system.tenant}:${system.number}:${customer}`
    const rejected = await waitUntil(() => Promise.resolve(status.records.find((record) => record.key === key)))
    expect(rejected.headers['ce_type']).toBe('imchannel.message.rejected.v1')
    expect(JSON.parse(rejected.value?.toString() ?? '')).toMatchObject({ error: { code: 'media_too_large' } })
  })
})
