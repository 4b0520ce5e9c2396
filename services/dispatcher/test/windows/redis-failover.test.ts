import { createFactStore } from '@imchannel/fact-store'
import { startRedisFailover, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { encodeEvent } from '@imchannel/events'
import { ensureTopics } from '@imchannel/kafka'
import { PATIENCE_MS, useInfobip, useStage } from '../support/harness.ts'
import { HOUR, received, writeLongAgo } from './window-stage.ts'

const CUSTOMERS = 20
/** What is lost with the master. */
const LAG_MS = 2_000

test(
  'a failover that loses the last two seconds of windows: nobody who wrote in them is refused, and windows come back',
  { timeout: PATIENCE_MS },
  async () => {
    const failover = await startRedisFailover({ replicas: 1, lagMs: LAG_MS })
    onTestFinished(() => failover[Symbol.asyncDispose]())
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      account: { gates: { window: 'enforce' } },
      sender: { inbound: 'complete' },
      settings: { redis: { sentinel: failover.settings, waitReplicas: 0 } },
    })
    const { inbound } = stage.topics
    await ensureTopics(stage.client, [{ name: inbound, partitions: 1, replication: 1 }])
    await writeLongAgo(stage.client, inbound)
    await stage.start()
    const { id: tenant, number } = stage.tenant('acme')
    const say = async (customers: readonly string[]): Promise<string[]> => {
      const commands = customers.map((to) => stage.text('acme', { id: uniqueName('said'), to }))
      await stage.send(commands)
      const outcomes = await stage.outcomesOf(commands.map(({ id }) => id ?? ''))
      return outcomes.map(({ how, error }) => (how === 'accepted' ? how : `${error?.code}`))
    }
    const untilClosedIsSaid = (): Promise<unknown> =>
      waitUntil(async () => (await say([uniqueNumber()]))[0] === 'window_closed', { timeoutMs: PATIENCE_MS })
    await untilClosedIsSaid()

    const customers = Array.from({ length: CUSTOMERS }, () => uniqueNumber())
    const master = new Redis(failover.servers[0]?.url ?? '')
    master.on('error', () => undefined)
    onTestFinished(() => master.disconnect())
    const facts = createFactStore(master, { prefix: inbound.replace(/\.inbound$/, '') })
    const stored = await stage.producer.publish(
      customers.map((from) => {
        const event = received(from, Date.now() - HOUR, { tenant, to: number })
        return encodeEvent({ ...event, tenant, key: `${tenant}:${number}:${from}` }, stage.topics)
      }),
    )
    expect(new Set(stored.map(({ kind }) => kind))).toEqual(new Set(['stored']))
    const isKnown = async (to: string): Promise<boolean> =>
      (await facts.read({ tenant, from: number, to: [to] })).window.openedAt !== undefined
    await waitUntil(async () => (await Promise.all(customers.map(isKnown))).every(Boolean))
    const [said] = await Promise.all([say(customers), failover.failOver()])
    expect(said).toEqual(customers.map(() => 'accepted'))
    expect(await say(customers)).toEqual(customers.map(() => 'accepted'))
    await untilClosedIsSaid()
  },
)
