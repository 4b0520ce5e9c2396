import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

describe('indicators', { timeout: PATIENCE_MS }, () => {
  it('marks a message as read and shows that somebody types', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    const { id: tenant, number: from } = stage.tenant('acme')
    const to = uniqueNumber()
    await stage.send([
      { type: 'imchannel.message.read', id: 'read-1', tenant, from, messageId: 'wamid.HBgM' },
      { type: 'imchannel.typing.start.v1', id: 'typing-1', tenant, from, to },
    ])
    const outcomes = await stage.outcomesOf(['read-1', 'typing-1'])
    expect(new Set(outcomes.map(({ commandId, how, kind }) => `${commandId} ${how} ${kind}`))).toEqual(
      new Set(['read-1 accepted imchannel.message.read.v1', 'typing-1 accepted imchannel.typing.start.v1']),
    )
    expect(infobip.requests(`/whatsapp/1/senders/${from}/message/wamid.HBgM/read`)).toHaveLength(1)
    expect(infobip.requests('/whatsapp/1/events')).toHaveLength(1)
  })

  it('tries again what failed, does not hold up messages meanwhile', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    infobip.onOther = ({ path }) => (path.endsWith('/read') ? { status: 503 } : undefined)
    await stage.start()
    const { id: tenant, number: from } = stage.tenant('acme')
    await stage.send([
      { type: 'imchannel.message.read.v1', id: 'read-late', tenant, from, messageId: 'wamid.late' },
      stage.text('acme', { id: 'passes' }),
    ])
    await stage.outcomesOf(['passes'])
    await waitUntil(() => infobip.requests(`/whatsapp/1/senders/${from}/message/wamid.late/read`).length > 1)
    infobip.onOther = () => undefined
    expect((await stage.outcomesOf(['read-late']))[0]?.how).toBe('accepted')
  })
})
