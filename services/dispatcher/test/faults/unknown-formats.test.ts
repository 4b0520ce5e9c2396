import { messageIdOf } from '@imchannel/events'
import { committedOffsets, ensureTopics } from '@imchannel/kafka'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'

function keyOf(tenant: string, commandId: string): string {
  const hex = messageIdOf(tenant, commandId).replaceAll('-', '')
  return `imc:s:${tenant}:${Buffer.from(hex, 'hex').toString('base64url')}`
}

async function metricOf(url: string, tenant: string, kind: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const [, value = '0'] =
    new RegExp(`imchannel_unknown_formats_total\\{tenant="${tenant}",kind="${kind}"\\} (\\d+)`).exec(text) ?? []
  return Number(value)
}

describe('an entry that a newer version wrote', { timeout: PATIENCE_MS }, () => {
  it('is waited for, never guessed, while every other command goes on', async () => {
    const redis = useRedis()
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    const { id: tenant, number: from } = stage.tenant('acme')
    const gone = `${tenant}-gone`
    const keys = [keyOf(tenant, 'sent'), keyOf(tenant, 'idle'), keyOf(gone, 'refused'), keyOf(tenant, 'read')]
    const newer = '2|sending since|1740657600000|what nobody knows yet'
    for (const key of keys) await redis.set(key, newer)
    const service = await stage.spawn()
    await stage.send([
      stage.text('acme', { id: 'sent' }),
      stage.text('acme', { id: 'idle' }),
      { ...stage.text('acme', { id: 'refused' }), tenant: gone },
      { type: 'imchannel.message.read.v1', id: 'read', tenant, from, messageId: 'wamid.x' },
      stage.text('acme', { id: 'free' }),
    ])
    await stage.outcomesOf(['free'])
    // Each has been looked at twice.
    await waitUntil(async () => (await metricOf(service.url, tenant, 'ledger')) >= 6)
    await waitUntil(async () => (await metricOf(service.url, gone, 'ledger')) >= 2)
    expect(infobip.sends()).toHaveLength(1)
    expect(infobip.requests().filter(({ path }) => path.endsWith('/read'))).toEqual([])
    expect(stage.outcomes().map(({ commandId }) => commandId)).toEqual(['free'])
    expect(stage.deadLetters()).toEqual([])
    for (const key of keys) expect(await redis.get(key)).toBe(newer)
    expect(
      service.output().match(/\[ledger entry of command \w+\] has format \[2\], which this version does not know/g),
    ).toHaveLength(4)

    // The newer instances end two of them, and let two go.
    const [sent = '', idle = '', refused = '', read = ''] = keys
    const of = (letter: string, id: string, seen = '0') =>
      `1|${letter}||1740657600000|1|0|${seen}|print|${from}|-||${id}`
    await redis.set(sent, of('a', 'sent'))
    await redis.set(idle, of('I', 'idle'))
    await redis.set(refused, of('r', 'refused'))
    await redis.del(read)
    await stage.outcomesOf(['idle', 'read'])
    expect(infobip.accepted).toEqual([messageIdOf(tenant, 'free'), messageIdOf(tenant, 'idle')])
    expect(stage.outcomes()).toHaveLength(3)
  })
})

describe('a parked command that a newer version wrote', { timeout: PATIENCE_MS }, () => {
  it('is left to that version with all behind it, while other tenants’ parked commands are sent', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url, globex: infobip.url } })
    const topicOf = (name: string) => `${stage.topics.outbound}.parked.${stage.tenant(name).id}`
    const names = [topicOf('acme'), topicOf('globex')]
    await ensureTopics(
      stage.client,
      names.map((name) => ({ name, partitions: 1, replication: 1 })),
    )
    const to = uniqueNumber()
    const parked = (tenant: string, id: string, format?: string) =>
      stage.send([stage.text(tenant, { id, to, text: id })], {
        topic: topicOf(tenant),
        partition: 0,
        headers: {
          'imchannel-source-topic': stage.topics.outbound,
          'imchannel-source-partition': '0',
          'imchannel-source-offset': '7',
          'imchannel-source-timestamp': String(Date.now()),
          ...(format === undefined ? {} : { 'imchannel-parked-format': format }),
        },
      })
    // The first release wrote no number.
    await parked('acme', 'first')
    await parked('acme', 'second', '1')
    await parked('acme', 'newer', '2')
    await parked('acme', 'behind', '1')
    await parked('globex', 'other', '1')
    const service = await stage.spawn()
    await stage.outcomesOf(['first', 'second', 'other'])
    const { id: tenant } = stage.tenant('acme')
    await waitUntil(async () => (await metricOf(service.url, tenant, 'parked')) >= 2)
    const group = `${stage.topics.status.replace(/\.status$/, '')}.dispatcher.parked`
    await waitUntil(async () => (await committedOffsets(stage.client, group, topicOf('acme'))).get(0) === 2n)
    expect(infobip.sends().map(({ text }) => text)).toEqual(expect.arrayContaining(['first', 'second', 'other']))
    expect(infobip.sends()).toHaveLength(3)
    expect(stage.deadLetters()).toEqual([])
    expect(service.output()).toContain(`${topicOf('acme')}-0-2] has format [2], which this version does not know`)
  })
})
