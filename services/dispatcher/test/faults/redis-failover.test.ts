import { messageIdOf } from '@imchannel/events'
import { startRedisFailover, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'

const COMMANDS = 200
const CUSTOMERS = 20

describe('redis-failover', { timeout: PATIENCE_MS }, () => {
  it('kill -9 of Redis’s master and of a dispatcher at once, with open requests: each command is sent once, in order, and told', async () => {
    const failover = await startRedisFailover({ replicas: 2, lagMs: 5 })
    onTestFinished(() => failover[Symbol.asyncDispose]())
    const infobip = await useInfobip()
    let open = 0
    infobip.onSend = async (request) => {
      open++
      const reply = infobip.accept(request)
      await new Promise((resolve) => setTimeout(resolve, 60))
      open--
      return reply
    }
    const stage = await useStage({
      tenants: { acme: infobip.url },
      partitions: 4,
      sender: { messagesPerSecond: 50 },
      settings: { redis: { sentinel: failover.settings, waitReplicas: 1 } },
    })
    const victim = await stage.spawn()
    await stage.spawn()
    const customers = Array.from({ length: CUSTOMERS }, () => uniqueNumber())
    const ids = Array.from({ length: COMMANDS }, (_, index) => `f-${index}`)
    for (const [index, id] of ids.entries()) {
      const to = customers[index % CUSTOMERS] ?? ''
      await stage.send([stage.text('acme', { id, to, text: String(index) })], { key: to })
    }
    await waitUntil(() => infobip.accepted.length > 40 && open > 0)
    await Promise.all([victim.kill(), failover.failOver()])
    const outcomes = await stage.outcomesOf(ids)
    expect(outcomes.filter(({ how }) => how !== 'accepted')).toEqual([])
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(COMMANDS)
    const { id: tenant } = stage.tenant('acme')
    expect(infobip.accepted.toSorted()).toEqual(ids.map((id) => messageIdOf(tenant, id)).toSorted())
    const last = new Map<string, number>()
    for (const { to = '', text } of infobip.sends()) {
      expect(Number(text), `order of ${to}`).toBeGreaterThan(last.get(to) ?? -1)
      last.set(to, Number(text))
    }
  })
})
