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

  it('takes so little room of the others that a flood of a tenant’s receipts delays nobody else', async () => {
    const acme = await useInfobip()
    const globex = await useInfobip()
    const stage = await useStage({ tenants: { acme: acme.url, globex: globex.url } })
    await stage.start()
    const { id: tenant, number: from } = stage.tenant('acme')
    const receipts = Array.from({ length: 4_000 }, (_, index) => ({
      type: 'imchannel.message.read.v1',
      id: `read-${index}`,
      tenant,
      from,
      messageId: `wamid.${index}`,
    }))
    await stage.send(receipts)
    await stage.send([stage.text('globex', { id: 'single' })])
    await stage.outcomesOf(['single'])
    // At ten a second the receipts before it would have taken minutes, and their minute would not be over.
    expect(acme.requests().length).toBeLessThan(300)
    // Those that had to make room are told so.
    const lost = await waitUntil(() => stage.outcomes().find(({ error }) => error?.reason.includes('later ones')))
    expect(lost).toMatchObject({ how: 'expired', kind: 'imchannel.message.read.v1' })
  })
})
