import { setTimeout as sleep } from 'node:timers/promises'
import {
  decodeEvent,
  DEAD_LETTER_HEADERS,
  encodeEvent,
  eventIds,
  messageIdOf,
  type CostRecorded,
} from '@imchannel/events'
import { ensureTopics } from '@imchannel/kafka'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from './support/harness.ts'
import type { Stage } from './support/stage.ts'

const PERIOD = { per: 'tenant', period: 'month', over: 'enforce' }

async function stageWith(
  settings: Record<string, unknown>,
  more: { partitions?: number; messagesPerSecond?: number } = {},
) {
  const { partitions = 1, messagesPerSecond = 1_000 } = more
  const infobip = await useInfobip()
  const stage = await useStage({ tenants: { acme: infobip.url }, partitions, sender: { messagesPerSecond } })
  stage.configure(({ tenants }) => Object.assign(tenants[stage.tenant('acme').id] ?? {}, settings))
  return { infobip, stage }
}

function texts(stage: Stage, name: string, count: number, over: Record<string, unknown> = {}) {
  return Array.from({ length: count }, (_, index) => stage.text('acme', { id: `${name}-${index}`, ...over }))
}

const idsOf = (commands: { id?: unknown }[]): string[] => commands.map(({ id }) => String(id))

/** Redis loses all that it has of budgets, in one moment. */
async function emptyBudgets(tenant: string): Promise<void> {
  const redis = useRedis()
  const keys = await redis.keys(`imc:f:{b-${tenant}}:*`)
  expect(keys.length).toBeGreaterThan(0)
  await redis.del(...keys)
}

describe('a budget', { timeout: PATIENCE_MS }, () => {
  it('on enforce rejects what is beyond it, with which and until when', async () => {
    const { infobip, stage } = await stageWith({ budgets: [{ ...PERIOD, messages: 3 }] })
    await stage.start()
    const commands = texts(stage, 'm', 5)
    await stage.send(commands)
    const outcomes = await stage.outcomesOf(idsOf(commands))
    expect(outcomes.filter(({ how }) => how === 'accepted')).toHaveLength(3)
    const refused = outcomes.filter(({ how }) => how === 'rejected')
    expect(refused).toHaveLength(2)
    expect(refused[0]?.error).toMatchObject({
      code: 'budget_exhausted',
      gate: 'budget',
      budget: 'tenant/month/messages',
      until: expect.stringMatching(/^\d{4}-\d\d-01T00:00:00.000Z$/),
    })
    await waitUntil(() => stage.deadLetters().length === 2)
    expect(stage.deadLetters()[0]?.headers[DEAD_LETTER_HEADERS.gate]?.toString()).toBe('budget')
    expect(infobip.sends()).toHaveLength(3)
    const [first] = outcomes.filter(({ how }) => how === 'accepted')
    expect(first?.reserved).toMatchObject([{ budget: 'tenant/month/messages', scope: '-', units: 1 }])
  })

  it('on advise sends and says so, and a check alone counts nothing', async () => {
    const { infobip, stage } = await stageWith({ budgets: [{ ...PERIOD, messages: 1, over: 'advise' }] })
    await stage.start()
    const { number } = stage.tenant('acme')
    const check = stage.text('acme', { id: 'check', validateOnly: true })
    await stage.send([check])
    await stage.outcomesOf(['check'])
    await stage.send([stage.text('acme', { id: 'one' })])
    await stage.outcomesOf(['one'])
    await stage.send([stage.text('acme', { id: 'two', from: number })])
    expect(await stage.outcomesOf(['two'])).toMatchObject([
      { how: 'accepted', advice: expect.arrayContaining([expect.objectContaining({ code: 'budget_exhausted' })]) },
    ])
    expect(infobip.sends()).toHaveLength(2)
    const again = stage.text('acme', { id: 'again', validateOnly: true })
    await stage.send([again])
    const [decided] = await stage.outcomesOf(['again'])
    expect(decided?.decision?.facts).toContainEqual(
      expect.objectContaining({ fact: 'budget tenant/month/messages', value: '2 of 1 used' }),
    )
  })

  it('counts a message once that is sent again, and gives back what Infobip refuses', async () => {
    const { infobip, stage } = await stageWith({ budgets: [{ ...PERIOD, messages: 2 }] })
    infobip.onSend = ({ text }, nth) => {
      if (text === 'refused') return { status: 400, body: { requestError: { serviceException: { text: 'no' } } } }
      return nth <= 2 ? { status: 429, headers: { 'retry-after': '1' } } : undefined
    }
    await stage.start()
    await stage.send([stage.text('acme', { id: 'again' })])
    expect(await stage.outcomesOf(['again'])).toMatchObject([{ how: 'accepted' }])
    await stage.send([stage.text('acme', { id: 'refused', text: 'refused' })])
    expect(await stage.outcomesOf(['refused'])).toMatchObject([{ how: 'rejected' }])
    let tries = 0
    await waitUntil(async () => {
      const id = `last-${++tries}`
      await stage.send([stage.text('acme', { id, validateOnly: true })])
      return (await stage.outcomesOf([id]))[0]?.how === 'accepted'
    })
    await stage.send(texts(stage, 'end', 2))
    const ends = await stage.outcomesOf(['end-0', 'end-1'])
    expect(ends.map(({ how }) => how).toSorted()).toEqual(['accepted', 'rejected'])
  })

  it('in money takes what reports say in place of what was reserved', async () => {
    const { infobip, stage } = await stageWith({
      budgets: [{ per: 'tenant', period: 'month', amount: '0.05', currency: 'XTS', over: 'enforce' }],
    })
    await ensureTopics(stage.client, [{ name: stage.topics.cost, partitions: 1, replication: 1, config: {} }])
    await stage.start()
    await stage.send([stage.text('acme', { id: 'dear' })])
    await stage.outcomesOf(['dear'])
    const { id: tenant, number: from } = stage.tenant('acme')
    const messageId = messageIdOf(tenant, 'dear')
    const cost: CostRecorded = {
      tenant,
      messageId,
      commandId: 'dear',
      from,
      to: '351927482662',
      deliveredAt: new Date().toISOString(),
      settledBy: 'delivered',
      revision: 1,
      category: 'service',
      categorySource: 'content',
      market: '351',
      window: 'unknown',
      freeEntryPoint: 'unknown',
      billable: 'yes',
      reported: { pricePerMessage: '0.050000', currency: 'XTS' },
    }
    const event = {
      type: 'imchannel.cost.recorded.v1' as const,
      id: eventIds.cost(tenant, messageId),
      tenant,
      key: `${tenant}:${from}:351927482662`,
      subject: messageId,
      time: cost.deliveredAt,
      data: cost,
    }
    await stage.producer.publish([encodeEvent(event, stage.topics), encodeEvent(event, stage.topics)])
    let tries = 0
    await waitUntil(async () => {
      const id = `check-${++tries}`
      await stage.send([stage.text('acme', { id, validateOnly: true })])
      return (await stage.outcomesOf([id]))[0]?.error?.code === 'budget_exhausted'
    })
    expect(infobip.sends()).toHaveLength(1)
  })

  it('limits what is sent to a customer who does not write', async () => {
    const { infobip, stage } = await stageWith({ conversationLimit: { messages: 2, over: 'enforce' } })
    await ensureTopics(stage.client, [{ name: stage.topics.inbound, partitions: 1, replication: 1, config: {} }])
    await stage.start()
    await waitUntil(async () => (await useRedis().keys(`imc:f:{b-${stage.tenant('acme').id}}:read:*`)).length > 0)
    const to = uniqueNumber()
    const commands = texts(stage, 'c', 2, { to })
    await stage.send(commands)
    expect((await stage.outcomesOf(idsOf(commands))).map(({ how }) => how)).toEqual(['accepted', 'accepted'])
    // Where it is not known in time whether the customer has written, it is sent.
    let tries = 0
    await waitUntil(async () => {
      const id = `beyond-${++tries}`
      await stage.send([stage.text('acme', { id, to })])
      return (await stage.outcomesOf([id]))[0]?.error?.code === 'conversation_limit'
    })
    await stage.send([stage.text('acme', { id: 'other' })])
    expect(await stage.outcomesOf(['other'])).toMatchObject([{ how: 'accepted' }])
    const { id: tenant, number } = stage.tenant('acme')
    const receivedAt = new Date().toISOString()
    const received = encodeEvent(
      {
        type: 'imchannel.message.received.v1',
        id: eventIds.messageReceived(tenant, 'm', 'TEXT'),
        tenant,
        key: `${tenant}:${number}:${to}`,
        subject: 'm',
        time: receivedAt,
        data: {
          tenant,
          channel: 'WHATSAPP',
          messageId: 'm',
          from: to,
          to: number,
          receivedAt,
          content: { type: 'text', text: 'yes' },
          original: {},
        },
      },
      stage.topics,
    )
    expect(decodeEvent({ ...received, partition: 0, offset: '0', timestamp: 0 } as never).outcome).toBe('event')
    await stage.producer.publish([received])
    await stage.send([stage.text('acme', { id: 'answer', to })])
    expect(await stage.outcomesOf(['answer'])).toMatchObject([{ how: 'accepted' }])
    expect(infobip.sends().length).toBeGreaterThanOrEqual(4)
  })

  it('with three dispatchers, of which each is killed in turn, is not overspent', async () => {
    const LIMIT = 60
    const { infobip, stage } = await stageWith(
      { budgets: [{ ...PERIOD, messages: LIMIT }] },
      { partitions: 6, messagesPerSecond: 25 },
    )
    const instances = [await stage.spawn(), await stage.spawn(), await stage.spawn()]
    const commands = texts(stage, 'k', 120)
    for (const command of commands) await stage.send([command], { key: String(command['to']) })
    for (const [index, after] of [10, 25, 40].entries()) {
      await waitUntil(() => infobip.accepted.length >= after, { timeoutMs: 120_000 })
      await instances[index]?.kill()
      await stage.spawn()
    }
    const outcomes = await stage.outcomesOf(idsOf(commands), 200_000)
    // Counts were in Redis all the time: not one more, though requests were open when their processes died.
    expect(new Set(infobip.accepted).size).toBe(LIMIT)
    expect(infobip.accepted).toHaveLength(LIMIT)
    expect(new Set(outcomes.filter(({ how }) => how === 'accepted').map(({ commandId }) => commandId)).size).toBe(LIMIT)
  })

  it('of which Redis forgets all near its end holds up commands until it knows, and is overspent by what was open at most', async () => {
    const LIMIT = 60
    const { infobip, stage } = await stageWith(
      { budgets: [{ ...PERIOD, messages: LIMIT }] },
      { partitions: 3, messagesPerSecond: 20 },
    )
    infobip.onSend = async (request) => {
      await sleep(100)
      return infobip.accept(request)
    }
    await stage.start()
    const commands = texts(stage, 'e', 120)
    for (const command of commands) await stage.send([command], { key: String(command['to']) })
    await waitUntil(() => infobip.accepted.length >= LIMIT - 15, { timeoutMs: 120_000 })
    await emptyBudgets(stage.tenant('acme').id)
    const told = stage.outcomes().filter(({ how }) => how === 'accepted').length
    const openThen = infobip.sends().length - told
    const outcomes = await stage.outcomesOf(idsOf(commands))
    expect(outcomes.filter(({ how }) => how === 'accepted').length).toBeGreaterThanOrEqual(LIMIT)
    expect(infobip.accepted.length).toBeGreaterThanOrEqual(LIMIT)
    expect(infobip.accepted.length).toBeLessThanOrEqual(LIMIT + openThen)
  })
})
