import { decodeEvent, messageIdOf } from '@imchannel/events'
import type { MessageAttempted } from '@imchannel/events'
import { listTopics, readRange } from '@imchannel/kafka'
import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'
import type { Reply } from './support/scripted-infobip.ts'
import type { Stage } from './support/stage.ts'

interface Seen extends MessageAttempted {
  readonly key: string
}

/** What comes on the topic of attempts, once it is there. */
async function follow(stage: Stage): Promise<Seen[]> {
  const topic = stage.topics.attempts
  await waitUntil(async () => (await listTopics(stage.client)).includes(topic), { what: topic })
  const seen: Seen[] = []
  const end = new AbortController()
  const reading = (async () => {
    for await (const record of readRange(stage.client, { topic, from: 'earliest', to: 'open', signal: end.signal })) {
      const decoded = decodeEvent(record)
      if (decoded.outcome === 'event' && decoded.event.type === 'imchannel.message.attempted.v1')
        seen.push({ key: decoded.event.key, ...decoded.event.data })
    }
  })().catch((error: unknown) => {
    if (!end.signal.aborted) throw error
  })
  onTestFinished(async () => {
    end.abort()
    await reading
  })
  return seen
}

describe('the requests of a command', { timeout: PATIENCE_MS }, () => {
  it('are told one by one: throttled, failed, taken', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, account: { unknownAfterMs: 1_000 } })
    await stage.start()
    const seen = await follow(stage)
    const replies: (Reply | undefined)[] = [
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 503, body: { requestError: { serviceException: { messageId: 'X', text: 'later' } } } },
    ]
    infobip.onSend = (_, nth) => replies[nth - 1]
    const command = stage.text('acme', { id: 'told' })
    await stage.send([command])
    await stage.outcomesOf(['told'])
    await waitUntil(() => seen.length >= 3, { what: 'three requests' })
    const { id: tenant, number: from } = stage.tenant('acme')
    const to = String(command.to)
    const common = {
      key: `${tenant}:${from}:${to}`,
      tenant,
      commandId: 'told',
      messageId: messageIdOf(tenant, 'told'),
      from,
      to,
      api: 'omni',
      endpoint: 'POST /omni/1/advanced',
    }
    expect(seen).toMatchObject([
      { ...common, outcome: 'throttled', httpStatus: 429, retryAfterMs: 1_000 },
      { ...common, outcome: 'unknown', httpStatus: 503, code: 'HTTP_503' },
      { ...common, outcome: 'accepted', httpStatus: 200 },
    ])
    expect(new Set(seen.map(({ attempt }) => attempt)).size).toBe(3)
  })

  it('are told where no answer came, and where nothing was sent', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url, nobody: 'http://127.0.0.1:9' },
      account: { unknownAfterMs: 1_000 },
    })
    await stage.start()
    const seen = await follow(stage)
    infobip.onSend = (request, nth) => {
      if (nth > 1) return undefined
      infobip.accept(request)
      return 'drop'
    }
    await stage.send([stage.text('acme', { id: 'cut' }), stage.text('nobody', { id: 'unsent' })])
    await stage.outcomesOf(['cut'])
    const of = (commandId: string) => seen.find((one) => one.commandId === commandId)
    await waitUntil(() => of('cut') !== undefined && of('unsent') !== undefined, { what: 'both requests' })
    expect(of('cut')).toMatchObject({ outcome: 'unknown' })
    expect(of('cut')?.httpStatus).toBeUndefined()
    expect(of('unsent')).toMatchObject({ outcome: 'unsent', code: 'ECONNREFUSED' })
  })
})
