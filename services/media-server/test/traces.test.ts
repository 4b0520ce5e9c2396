import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sampleMedia } from '@imchannel/media-store/samples'
import { spawnService, startOtlpReceiver, testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, it } from 'vitest'

const outside = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }

it.each([
  ['is not taken from outside', false],
  ['is taken from outside where a setting trusts it', true],
])('a trace %s', async (_what, trustTraceHeaders) => {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-media-'))
  const file = join(folder, 'imchannel.yaml')
  const [tenant, token] = [uniqueName('t'), uniqueName('media-token')]
  const { brokers, redisUrl } = testStack()
  const settings = {
    kafka: { brokers },
    redis: { url: redisUrl },
    publicUrl: 'https://chat.example.com',
    topics: { prefix: uniqueName('im') },
    trustTraceHeaders,
    tenants: { [tenant]: { webhookAuth: { type: 'none' }, mediaTokens: [token], accounts: [] } },
  }
  await writeFile(file, JSON.stringify(settings))
  await using receiver = await startOtlpReceiver()
  await using service = await spawnService('media-server', {
    IMCHANNEL_CONFIG: file,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  })
  const call = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${service.url}/${tenant}/imchannel/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, traceparent: `00-${outside.traceId}-${outside.spanId}-01` },
    })
  const stored = await call('media', { method: 'POST', body: new Uint8Array(sampleMedia('image/png')) })
  const { id } = (await stored.json()) as { id: string } // contract §4
  expect((await call(`getImageMessage/${id}`, { method: 'GET' })).status).toBe(200)
  expect((await call(`media/${id}`, { method: 'DELETE' })).status).toBe(204)

  const servers = await waitUntil(async () => {
    const spans = (await receiver.spans()).filter(({ kind }) => kind === 'server')
    return spans.length === 3 && spans
  })
  expect(Object.fromEntries(servers.map(({ name, parentSpanId }) => [name, parentSpanId]))).toEqual({
    'POST /{tenant}/imchannel/media': undefined,
    // The one whose trace is somebody else's, unless it is kept with the media.
    'GET /{tenant}/imchannel/getImageMessage/{id}': trustTraceHeaders ? outside.spanId : undefined,
    'DELETE /{tenant}/imchannel/media/{id}': undefined,
  })
  await rm(folder, { recursive: true })
})
