import { messageIdOf } from '@imchannel/events'
import { createLedger } from '@imchannel/ledger'
import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'

/** How a text goes over each API whose sends Infobip's logs do not show unless the account says so. */
const APIS = [
  {
    api: 'whatsapp',
    path: '/whatsapp/1/message/text',
    account: {},
    command: { replyTo: { messageId: 'wamid.HBgM' } },
  },
  { api: 'messages', path: '/messages-api/1/messages', account: { api: 'messages' }, command: {} },
]

describe.each(APIS)('unknown outcome over $api', { timeout: PATIENCE_MS }, ({ api, path, account, command }) => {
  async function begin(more: Record<string, unknown>) {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, account: { ...account, ...more } })
    await stage.start()
    return {
      infobip,
      stage,
      messageId: messageIdOf(stage.tenant('acme').id, 'unsure'),
      send: () => stage.send([stage.text('acme', { id: 'unsure', ...command })]),
      requests: () => infobip.sends().map((request) => [request.path, request.messageId]),
      questions: () => infobip.requests('/omni/1/logs'),
    }
  }

  it('is settled by a report alone: the logs are not asked, and nothing is sent again', async () => {
    const { infobip, stage, messageId, send, requests, questions } = await begin({ unknownAfterMs: 600_000 })
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    await send()
    const redis = useRedis()
    const ledger = createLedger(redis, { memoryMs: 60_000 })
    const { id: tenant } = stage.tenant('acme')
    await waitUntil(async () => {
      const { held } = await ledger.find(tenant, messageId)
      return held.kind === 'entry' && held.entry.state === 'unknown'
    })
    expect(stage.outcomes()).toEqual([])
    // As ingress does with every delivery or seen report.
    await ledger.findByMessageIds(tenant, [messageId], { markSeen: true })
    expect((await stage.outcomesOf(['unsure']))[0]?.how).toBe('accepted')
    expect(requests()).toEqual([[path, messageId]])
    expect(questions()).toEqual([])
  })

  it('is settled by the logs where the account says that they show it', async () => {
    const { infobip, stage, messageId, send, requests, questions } = await begin({
      unknownAfterMs: 600_000,
      logsCover: ['omni', api],
    })
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    await send()
    expect((await stage.outcomesOf(['unsure']))[0]?.how).toBe('accepted')
    expect(requests()).toEqual([[path, messageId]])
    expect(questions().every(({ query }) => query.getAll('messageId').join() === messageId)).toBe(true)
    expect(questions()).not.toEqual([])
  })

  it('without either is sent again under the same id, once patience has ended and not before', async () => {
    const { infobip, stage, messageId, send, requests, questions } = await begin({ unknownAfterMs: 1_500 })
    infobip.onSend = (_, nth) => (nth === 1 ? 'drop' : undefined)
    await send()
    expect((await stage.outcomesOf(['unsure']))[0]?.how).toBe('accepted')
    expect(requests()).toEqual([
      [path, messageId],
      [path, messageId],
    ])
    const [first, second] = infobip.sends()
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_400)
    expect(questions()).toEqual([])
  })
})
