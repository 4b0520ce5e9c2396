import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sampleMedia } from '@imchannel/media-store/samples'
import { createRandom, spawnService, testStack, uniqueName, waitUntil, type ServiceProcess } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { MEDIA_TOKEN } from '../start-media-server.ts'

vi.setConfig({ testTimeout: 240_000 })

const MIB = 1024 * 1024
const ROUNDS = 3
const SEED = 7
const tenant = uniqueName('acme')
let folder: string
let configFile: string

beforeAll(async () => {
  const { brokers, redisUrl } = testStack()
  folder = await mkdtemp(join(tmpdir(), 'imchannel-media-'))
  configFile = join(folder, 'imchannel.yaml')
  const settings = {
    kafka: { brokers },
    redis: { url: redisUrl },
    publicUrl: 'https://chat.example.com',
    topics: { prefix: uniqueName('im') },
    tenants: {
      [tenant]: { webhookAuth: { type: 'none' }, mediaTokens: [MEDIA_TOKEN], accounts: [] },
    },
  }
  await writeFile(configFile, JSON.stringify(settings))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Traffic {
  /** Ids that were answered 201, and what was put under each. */
  readonly stored: Map<string, Buffer>
  /** Of downloads that ended as whole and were not. */
  readonly torn: string[]
  readonly downloads: () => number
  stop(): Promise<void>
}

/** Uploads and downloads at once, until the server is gone. */
function traffic({ url }: ServiceProcess, known: ReadonlyMap<string, Buffer>): Traffic {
  const stored = new Map<string, Buffer>()
  const torn: string[] = []
  let whole = 0
  const over = new AbortController()
  const uploads = Array.from({ length: 4 }, async (_, line) => {
    for (let index = 0; !over.signal.aborted; index++) {
      const bytes = sampleMedia('application/pdf', (line + 1) * MIB + index)
      const answer = await fetch(`${url}/${tenant}/imchannel/media`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MEDIA_TOKEN}`, 'content-type': 'application/pdf' },
        body: new Uint8Array(bytes),
      })
      expect(answer.status).toBe(201)
      const { id } = (await answer.json()) as { id: string } // the service's own answer
      stored.set(id, bytes)
    }
  })
  const downloads = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      for (const [id, bytes] of [...known, ...stored]) {
        const answer = await fetch(`${url}/${tenant}/imchannel/getDocumentMessage/${id}`)
        if (!bytes.equals(Buffer.from(await answer.arrayBuffer()))) torn.push(id)
        whole++
      }
      await sleep(5)
    }
  })
  // A connection that is refused or broken is the end of a line.
  const lines = [...uploads, ...downloads].map((line) => line.catch((error: unknown) => expectCut(error)))
  return {
    stored,
    torn,
    downloads: () => whole,
    stop: async () => {
      over.abort()
      await Promise.all(lines)
    },
  }
}

function expectCut(error: unknown): void {
  if (!(error instanceof TypeError)) throw error
}

test('kill -9 at random points: what was answered 201 is there whole, and no half of anything is taken for the whole', async () => {
  const random = createRandom(SEED)
  const stored = new Map<string, Buffer>()
  let downloads = 0
  for (let round = 0; round < ROUNDS; round++) {
    const server = await spawnService('media-server', { IMCHANNEL_CONFIG: configFile, LOG_LEVEL: 'warn' })
    const load = traffic(server, stored)
    await waitUntil(() => load.stored.size > 4 && load.downloads() > 4)
    await sleep(random.between(0, 300))
    await server.kill()
    await load.stop()
    expect(load.torn).toEqual([])
    downloads += load.downloads()
    for (const [id, bytes] of load.stored) stored.set(id, bytes)
  }
  await using server = await spawnService('media-server', { IMCHANNEL_CONFIG: configFile, LOG_LEVEL: 'warn' })
  for (const [id, bytes] of stored) {
    const answer = await fetch(`${server.url}/${tenant}/imchannel/getDocumentMessage/${id}`)
    expect([answer.status, sha256(Buffer.from(await answer.arrayBuffer()))]).toEqual([200, sha256(bytes)])
  }
  expect(stored.size).toBeGreaterThan(4 * ROUNDS)
  expect(downloads).toBeGreaterThan(4 * ROUNDS)
})

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
