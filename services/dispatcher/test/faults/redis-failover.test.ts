import { messageIdOf } from '@imchannel/events'
import { startMovingRedis, startRedisCluster, startRedisFailover, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'
import type { ScriptedInfobip } from '../support/scripted-infobip.ts'
import type { Stage } from '../support/stage.ts'

const COMMANDS = 200
const CUSTOMERS = 20
/** Of which the silence of a frozen server is 5 s. */
const SOON_MS = 20_000

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

/** Commands that are written while Redis changes hands, and what becomes of them. */
async function sendsTen(stage: Stage, infobip: ScriptedInfobip): Promise<void> {
  const startedAt = performance.now()
  const ids = Array.from({ length: 10 }, (_, index) => `after-${index}`)
  await stage.send(ids.map((id) => stage.text('acme', { id })))
  const outcomes = await stage.outcomesOf(ids)
  expect(performance.now() - startedAt).toBeLessThan(SOON_MS)
  expect(outcomes.map(({ how }) => how)).toEqual(ids.map(() => 'accepted'))
  expect(infobip.accepted).toHaveLength(11)
}

describe('redis-failover without a connection that closes', { timeout: PATIENCE_MS }, () => {
  it('a name that leads to the new master: sending goes on, and readiness says so', async () => {
    const moving = await startMovingRedis()
    onTestFinished(() => moving[Symbol.asyncDispose]())
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, redisUrl: moving.url })
    const { url } = await stage.start()
    await stage.send([stage.text('acme', { id: 'before' })])
    await stage.outcomesOf(['before'])
    await moving.demote()
    // The name still leads to the former master, which answers and takes nothing.
    await waitUntil(async () => (await fetch(`${url}/readyz`)).status === 503)
    await moving.promote()
    await sendsTen(stage, infobip)
    await waitUntil(async () => (await fetch(`${url}/readyz`)).status === 200)
  })

  it('a failover under Sentinel that loses no write is no loss: nothing is in doubt, and nobody waits', async () => {
    const failover = await startRedisFailover({ replicas: 2, lagMs: 100 })
    onTestFinished(() => failover[Symbol.asyncDispose]())
    const infobip = await useInfobip()
    const settings = { redis: { sentinel: failover.settings } }
    const stage = await useStage({ tenants: { acme: infobip.url }, settings })
    const { logs } = await stage.start()
    await stage.send([stage.text('acme', { id: 'before' })])
    await stage.outcomesOf(['before'])
    await failover.failOver()
    await sendsTen(stage, infobip)
    expect(logs.filter((text) => text.includes('the ledger'))).toEqual([])
    expect(infobip.requests('/omni/1/logs')).toEqual([])
  })

  it('a master that freezes under Sentinel: sending goes on with the one that it chose', async () => {
    const failover = await startRedisFailover({ replicas: 2, lagMs: 0 })
    onTestFinished(() => failover[Symbol.asyncDispose]())
    const infobip = await useInfobip()
    const settings = { redis: { sentinel: failover.settings } }
    const stage = await useStage({ tenants: { acme: infobip.url }, settings })
    await stage.start()
    await stage.send([stage.text('acme', { id: 'before' })])
    await stage.outcomesOf(['before'])
    failover.servers[0]?.freeze()
    await sendsTen(stage, infobip)
  })

  it('a cluster without one of its masters: nothing is rejected, and what waits is sent once it is back', async () => {
    const cluster = await startRedisCluster({ args: ['--cluster-node-timeout', '15000'] })
    onTestFinished(() => cluster[Symbol.asyncDispose]())
    const node = new Redis(cluster.servers[0]?.url ?? '')
    onTestFinished(() => node.disconnect())
    // Which of the three has the slot of a key.
    const serverOf = async (key: string): Promise<number> =>
      Math.floor(Number(await node.call('CLUSTER', 'KEYSLOT', key)) / Math.ceil(16_384 / 3))
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      sender: { pairPerSecond: 100 },
      settings: { redis: { cluster: { nodes: cluster.nodes } } },
    })
    const { logs } = await stage.start()
    await stage.send([stage.text('acme', { id: 'before' })])
    await stage.outcomesOf(['before'])
    // Their ledger entries are with servers that live, and their pair limits with the one that does not.
    const { id: tenant, number } = stage.tenant('acme')
    const commands: ReturnType<typeof stage.text>[] = []
    while (commands.length < 10) {
      const command = stage.text('acme')
      const entry = `imc:s:${tenant}:${Buffer.from(messageIdOf(tenant, String(command.id)).replaceAll('-', ''), 'hex').toString('base64url')}`
      const pair = `imc:r:pair:${tenant}:${number}:${String(command.to)}`
      if ((await serverOf(entry)) !== 2 && (await serverOf(pair)) === 2) commands.push(command)
    }
    await cluster.servers[2]?.kill()
    await stage.send(commands)
    await waitUntil(() => logs.some((line) => /\[redis\].*Too many Cluster redirections/.test(line)))
    await cluster.restart(2)
    const outcomes = await stage.outcomesOf(commands.map(({ id }) => String(id)))
    expect(outcomes.map(({ how }) => how)).toEqual(commands.map(() => 'accepted'))
    expect(logs.filter((line) => line.includes('threw'))).toEqual([])
    expect(infobip.accepted).toHaveLength(11)
  })
})

describe('redis-failover within the time that replicas lag behind', { timeout: PATIENCE_MS }, () => {
  it('makes no second message of a repeat: the outcome was with a replica before it was told', async () => {
    const failover = await startRedisFailover({ replicas: 2, lagMs: 300 })
    onTestFinished(() => failover[Symbol.asyncDispose]())
    const infobip = await useInfobip()
    const settings = { redis: { sentinel: failover.settings } }
    const stage = await useStage({ tenants: { acme: infobip.url }, settings })
    await stage.start()
    // Over the WhatsApp API, of which the logs show nothing.
    const command = stage.text('acme', { id: 'quoted', replyTo: { messageId: 'wamid.1' } })
    await stage.send([command])
    await stage.outcomesOf(['quoted'])
    await failover.failOver()
    // The last of the conversation is sent once the repeat has ended.
    await stage.send([command, stage.text('acme', { id: 'last', to: String(command.to) })])
    await stage.outcomesOf(['last'])
    const { id: tenant } = stage.tenant('acme')
    expect(infobip.accepted).toEqual([messageIdOf(tenant, 'quoted'), messageIdOf(tenant, 'last')])
  })
})
