import { messageIdOf } from '@imchannel/events'
import { waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'

describe('a record that some clients write', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['without a timestamp', '-1'],
    ['of timestamp 0', '0'],
    ['of a timestamp in seconds', String(Math.floor(Date.now() / 1_000))],
  ])('%s is as old as it is to who reads it, and its bot’s operator is told', async (_what, timestamp) => {
    const infobip = await useInfobip()
    // Else Kafka removes records that seem to be of 1970.
    const outboundConfig = { 'retention.ms': '-1' }
    const stage = await useStage({ tenants: { acme: infobip.url }, outboundConfig })
    const { logs } = await stage.start()
    const { id: tenant, number: from } = stage.tenant('acme')
    const commands = [
      stage.text('acme', { id: 'text' }),
      { type: 'imchannel.message.read.v1', id: 'read', tenant, from, messageId: 'wamid.x' },
    ]
    const producer = stage.client.kafkajs.producer()
    await producer.connect()
    await producer.send({
      topic: stage.topics.outbound,
      messages: commands.map((command) => ({ key: null, value: JSON.stringify(command), timestamp })),
    })
    await producer.disconnect()
    expect((await stage.outcomesOf(['text', 'read'])).map(({ how }) => how)).toEqual(['accepted', 'accepted'])
    expect(logs.filter((line) => line.includes(`has the timestamp ${timestamp}, which is no time in ms`))).toHaveLength(
      1,
    )
  })

  it('with the prefix of a schema registry is read', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    const prefix = Buffer.from([0, 0, 0, 0, 1])
    await stage.send([Buffer.concat([prefix, Buffer.from(JSON.stringify(stage.text('acme', { id: 'prefixed' })))])])
    await stage.outcomesOf(['prefixed'])
    expect(infobip.accepted).toEqual([messageIdOf(stage.tenant('acme').id, 'prefixed')])
  })

  it('with the prefix of a schema registry and no JSON behind it is a dead letter that says so', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    await stage.send([Buffer.from([0, 0, 0, 0, 1, 2, 3, 4])])
    const [letter] = await waitUntil(() => (stage.deadLetters().length === 1 ? stage.deadLetters() : undefined))
    expect(letter?.headers['imchannel-error-reason']?.toString()).toContain('Avro and Protobuf are not read')
  })

  it('with a NUL or half a character in it is told in valid UTF-8, whether it is sent or refused', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url } })
    await stage.start()
    const half = { content: { type: 'text' }, from: '\ud83d', to: '\ud83d' }
    await stage.send([
      stage.text('acme', { id: 'a\0b' }),
      { ...stage.text('acme', { id: 'half' }), ...half },
      stage.text('acme', { id: 'nul', text: 'a\0b' }),
    ])
    await waitUntil(() => stage.outcomes().length === 3)
    const told = stage.outcomes().map(({ how, error }) => error?.code ?? how)
    expect(told.toSorted()).toEqual(['accepted', 'invalid_command', 'invalid_id'])
    const texts = stage.outcomes().flatMap(({ key, from = '', to = '' }) => [key, from, to])
    expect(texts.every((text) => text.isWellFormed())).toBe(true)
    expect(infobip.sends().map(({ text }) => text)).toEqual(['a\0b'])
  })
})

describe('a dead-letter topic that takes little', { timeout: PATIENCE_MS }, () => {
  it('gets a letter without value and without a key that is long', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, deadLetterBytes: 2_048 })
    await stage.start()
    await stage.send(['{"id": broken'], { key: 'k'.repeat(4_096) })
    const [letter] = await waitUntil(() => (stage.deadLetters().length === 1 ? stage.deadLetters() : undefined))
    expect([letter?.key, letter?.value]).toEqual([null, null])
    expect(letter?.headers['imchannel-value-omitted']?.toString()).toBe('true')
  })
})
