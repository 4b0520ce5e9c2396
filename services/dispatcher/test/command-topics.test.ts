import { ensureTopics, listTopics } from '@imchannel/kafka'
import { uniqueName, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

describe('command topics', { timeout: PATIENCE_MS }, () => {
  it('that an expression matches are read when they are made later, own topics of ours are not', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    const own = uniqueName('commands')
    stage.configure((config) => {
      config.topics.outbound = [`/^${own}\\./`]
    })
    await stage.start()
    const spec = { partitions: 1, replication: 1 }
    const names = [`${own}.shop`, `${own}.shop.deadletter`, `${own}x.shop`]
    await ensureTopics(
      stage.client,
      names.map((name) => ({ ...spec, name })),
    )
    for (const [index, topic] of names.entries())
      await stage.send([stage.text('acme', { id: `in-${index}` })], { topic })
    await stage.outcomesOf(['in-0'])
    expect(stage.outcomes()).toHaveLength(1)
    expect(infobip.sends()).toHaveLength(1)
  })

  it('of a tenant’s own are made and read once they are named, bound to it, and left alone once they are not', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    const own = uniqueName('acme-commands')
    const { id: acme } = stage.tenant('acme')
    const service = await stage.spawn()
    const isRead = async () => (await (await fetch(`${service.url}/metrics`)).text()).includes(`topic="${own}"`)
    await stage.send([stage.text('acme', { id: 'shared' })])
    await stage.outcomesOf(['shared'])
    stage.configure((config) => {
      config.topics.outbound = [stage.topics.outbound, { name: own, tenant: acme }]
    })
    await waitUntil(async () => (await listTopics(stage.client)).includes(own))
    await stage.send([stage.text('acme', { id: 'own' }), stage.text('globex', { id: 'intruder' })], { topic: own })
    const told = await stage.outcomesOf(['own', 'intruder'])
    expect(Object.fromEntries(told.map(({ commandId, error }) => [commandId, error?.code ?? 'accepted']))).toEqual({
      own: 'accepted',
      intruder: 'tenant_mismatch',
    })

    expect(await isRead()).toBe(true)
    stage.configure((config) => {
      config.topics.outbound = [stage.topics.outbound]
    })
    await waitUntil(async () => !(await isRead()))
    await stage.send([stage.text('acme', { id: 'unread' })], { topic: own })
    await stage.send([stage.text('globex', { id: 'still' })])
    await stage.outcomesOf(['still'])
    expect(stage.outcomes().map(({ commandId }) => commandId)).not.toContain('unread')

    stage.configure((config) => {
      config.topics.outbound = [stage.topics.outbound, own]
    })
    await stage.outcomesOf(['unread'])
    expect(infobip.sends()).toHaveLength(4)
  })
})
