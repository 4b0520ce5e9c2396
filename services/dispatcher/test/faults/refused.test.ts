import { messageIdOf } from '@imchannel/events'
import { groupOffsets, topicOffsets } from '@imchannel/kafka'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'
import type { Stage } from '../support/stage.ts'

/** Two tenants, each with a topic of its own; `acme`'s is returned. */
function bindTopics(stage: Stage): string {
  const topic = `${stage.topics.outbound}-acme`
  stage.configure((config) => {
    config.topics.outbound = [
      { name: stage.topics.outbound, tenant: stage.tenant('globex').id },
      { name: topic, tenant: stage.tenant('acme').id },
    ]
  })
  return topic
}

/** The same command, of which nobody can say what it would send. */
function invalid(command: object): object {
  return { ...command, content: { type: 'text' } }
}

function toldOf(stage: Stage): unknown[] {
  return stage.outcomes().map(({ commandId, how, error }) => [commandId, how, error?.code])
}

describe('a refused command in the topic of another tenant', { timeout: PATIENCE_MS }, () => {
  it('takes no id of the tenant that it names, and is told to the topic’s own', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    const acmeTopic = bindTopics(stage)
    await stage.start()
    const { id: acme } = stage.tenant('acme')
    const command = stage.text('acme', { id: 'order-4711-shipped' })
    await stage.send([invalid(command)])
    expect(await stage.outcomesOf(['order-4711-shipped'])).toMatchObject([
      { tenant: stage.tenant('globex').id, how: 'rejected', error: { code: 'tenant_mismatch' } },
    ])
    expect(await useRedis().keys(`imc:s:${acme}:*`)).toEqual([])
    await stage.send([command], { topic: acmeTopic })
    await waitUntil(() => infobip.accepted.includes(messageIdOf(acme, 'order-4711-shipped')))
  })

  it('is the topic’s own where it names no tenant: two bots may forget it under one id', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    const acmeTopic = bindTopics(stage)
    await stage.start()
    const { tenant: _acme, ...acme } = stage.text('acme', { id: '1' })
    const { tenant: _globex, ...globex } = stage.text('globex', { id: '1' })
    await stage.send([acme], { topic: acmeTopic })
    await stage.send([globex])
    await waitUntil(() => stage.deadLetters().length === 2 && stage.outcomes().length === 2)
    expect(new Set(stage.outcomes().map(({ tenant }) => tenant))).toEqual(
      new Set([stage.tenant('acme').id, stage.tenant('globex').id]),
    )
  })

  it('is an event of its own where nobody can say whose it is', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    const { tenant: _, ...command } = stage.text('acme', { id: '1' })
    await stage.send([command, command])
    await waitUntil(() => stage.deadLetters().length === 2 && stage.outcomes().length === 2)
    expect(new Set(stage.outcomes().map(({ id }) => id)).size).toBe(2)
  })
})

describe('a refused repeat', { timeout: PATIENCE_MS }, () => {
  it.each<[string, (command: object) => object]>([
    ['in the same conversation', (command) => command],
    ['in one that cannot be read', (command) => ({ ...command, to: 5 })],
  ])('of a valid command that waits for its turn leaves it alone, %s', async (_where, changed) => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const answer = Promise.withResolvers<undefined>()
    infobip.onSend = () => answer.promise
    const { logs } = await stage.start()
    const to = uniqueNumber()
    const valid = stage.text('acme', { id: 'twice', to, text: 'the real one' })
    await stage.send([stage.text('acme', { id: 'first', to }), valid, changed(invalid(valid))])
    // Another's is sent and told while they wait.
    await stage.send([{ ...stage.text('acme', { id: 'refused' }), content: { type: 'text' } }])
    await stage.outcomesOf(['refused'])
    answer.resolve(undefined)
    await stage.outcomesOf(['first', 'twice'])
    await waitUntil(() => logs.some((line) => line.includes('[twice] comes again with another content')))
    expect(toldOf(stage)).toEqual(
      expect.arrayContaining([
        ['first', 'accepted', undefined],
        ['twice', 'accepted', undefined],
      ]),
    )
    expect(stage.outcomes()).toHaveLength(3)
    expect(infobip.sends().map(({ text }) => text)).toEqual(['hello', 'the real one'])
  })

  it('of a command whose outcome nobody knows does not make it a rejected one', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, account: { unknownAfterMs: 60_000 } })
    let shown = false
    infobip.logsShow = () => shown
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    const { logs } = await stage.start()
    const valid = stage.text('acme', { id: 'unsure' })
    await stage.send([valid])
    await waitUntil(() => infobip.requests('/omni/1/logs').length > 0)
    await stage.send([invalid(valid), { ...stage.text('acme', { id: 'mark' }), content: { type: 'text' } }])
    await stage.outcomesOf(['mark'])
    shown = true
    await stage.outcomesOf(['unsure'])
    await waitUntil(() => logs.some((line) => line.includes('[unsure] comes again with another content')))
    expect(stage.outcomes().find(({ commandId }) => commandId === 'unsure')?.how).toBe('accepted')
    expect(stage.deadLetters()).toHaveLength(1)
    expect(infobip.accepted).toHaveLength(1)
  })
})

describe('two commands of one id', { timeout: PATIENCE_MS }, () => {
  it('in different conversations: the first is sent, though the other’s conversation is free', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const answer = Promise.withResolvers<undefined>()
    infobip.onSend = ({ text }) => (text === 'before' ? answer.promise : undefined)
    await stage.start()
    const to = uniqueNumber()
    await stage.send([
      stage.text('acme', { id: 'before', to, text: 'before' }),
      stage.text('acme', { id: 'same', to, text: 'the first' }),
      stage.text('acme', { id: 'same', text: 'the other' }),
      stage.text('acme', { id: 'free' }),
    ])
    await stage.outcomesOf(['free'])
    answer.resolve(undefined)
    await stage.outcomesOf(['same'])
    expect(infobip.sends().map(({ text }) => text)).not.toContain('the other')
  })

  it('are a dry run and no repeat of it, whatever the id of the other ends in', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    await stage.send([stage.text('acme', { id: 'a', validateOnly: true }), stage.text('acme', { id: 'a (dry run)' })])
    await stage.outcomesOf(['a', 'a (dry run)'])
    expect(infobip.sends()).toHaveLength(1)
  })
})

describe('a refused command of any length', { timeout: PATIENCE_MS }, () => {
  it('ends, takes little room in the ledger, and holds up no offset', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    const long = 'x'.repeat(1024 * 1024)
    const poison = { ...stage.text('acme', { id: 'poison' }), from: long, to: long, callbackData: long, type: long }
    await stage.send([poison, stage.text('acme', { id: 'behind' })])
    const [outcome] = (await stage.outcomesOf(['poison', 'behind'])).filter(({ how }) => how === 'rejected')
    expect(outcome?.error?.code).toBe('unknown_command')
    expect(outcome?.key.length).toBeLessThan(400)
    const redis = useRedis()
    for (const key of await redis.keys(`imc:s:${stage.tenant('acme').id}:*`)) {
      expect(await redis.strlen(key)).toBeLessThan(4_000)
    }
    const group = `${stage.topics.status.replace(/\.status$/, '')}.dispatcher`
    const [end] = await topicOffsets(stage.client, stage.topics.outbound)
    await waitUntil(async () => {
      const committed = await groupOffsets(stage.client, group, [stage.topics.outbound])
      return committed.get(stage.topics.outbound)?.[0]?.offset === end?.high
    })
  })
})
