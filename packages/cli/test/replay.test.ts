import { conversationKey, encodeEvent, eventIds } from '@imchannel/events'
import { ensureTopics, readRange } from '@imchannel/kafka'
import { answerWith, uniqueName, uniqueNumber } from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStage, type Stage } from './support/stage.ts'

const MIB = 1024 * 1024

let stage: Stage

beforeAll(async () => {
  stage = await createStage({ partitions: 1 })
})
afterAll(() => stage[Symbol.asyncDispose]())

test('what is copied into another topic is paced, and keeps its order', async () => {
  const { kafka, topics } = stage
  const into = `${topics.inbound}.copy`
  await ensureTopics(kafka, [{ name: into, partitions: 1, replication: 1 }])
  const values = Array.from({ length: 4 }, (_, index) => `paced-${index}`)
  await stage.write(...values.map((value) => ({ topic: topics.inbound, key: 'k', value })))
  const range = ['--topic', topics.inbound, '--into', into]
  expect((await stage.cli('replay', ...range, '--yes', '--per-second', '2')).code).toBe(0)
  const copies: { value: string; timestamp: number }[] = []
  for await (const { value, timestamp } of readRange(kafka, { topic: into }))
    copies.push({ value: String(value), timestamp })
  expect(copies.map(({ value }) => value)).toEqual(values)
  // Between the second and the last lies a second, however slow the first one was.
  expect((copies.at(-1)?.timestamp ?? 0) - (copies[0]?.timestamp ?? 0)).toBeGreaterThan(990)
})

test('what is copied of a tenant is of no other whose name begins like it', async () => {
  const { kafka, topics, tenant } = stage
  const into = `${topics.inbound}.of-one`
  await ensureTopics(kafka, [{ name: into, partitions: 1, replication: 1 }])
  const keys = [`${tenant}:1:2`, `${tenant}2:1:2`, `${tenant}-eu:1:2`, tenant, `x${tenant}:1:2`]
  await stage.write(...keys.map((key) => ({ topic: topics.inbound, key, value: key })))
  const range = ['--topic', topics.inbound, '--into', into, '--tenant', tenant]
  expect((await stage.cli('replay', ...range, '--yes')).code).toBe(0)
  const copied: string[] = []
  for await (const { key } of readRange(kafka, { topic: into })) copied.push(String(key))
  expect(copied).toEqual([`${tenant}:1:2`])
})

test('what cannot be read is left, and said: its copy would be a tombstone', async () => {
  const { kafka } = stage
  const [from, into] = [uniqueName('large'), uniqueName('copies')]
  const config = { 'compression.type': 'gzip', 'max.message.bytes': String(64 * MIB) }
  await ensureTopics(kafka, [
    { name: from, partitions: 1, replication: 1, config },
    { name: into, partitions: 1, replication: 1 },
  ])
  const producer = kafka.kafkajs.producer()
  await producer.connect()
  for (const value of ['before', Buffer.alloc(40 * MIB, ' '), 'after'])
    await producer.send({ topic: from, messages: [{ key: 'k', value }] })
  await producer.disconnect()
  const { code, err, json } = await stage.cli('replay', '--topic', from, '--into', into, '--yes', '--json')
  expect(code).toBe(1)
  expect(json()).toMatchObject([{ matched: 2, copied: 2, unreadable: 1 }])
  expect(err).toContain('0:1 cannot be read: its batch is more than 32 MiB without compression')
  const copied: string[] = []
  for await (const { value } of readRange(kafka, { topic: into })) copied.push(String(value))
  expect(copied).toEqual(['before', 'after'])
})

test('unrecognised webhooks are given to ingress at a pace', async () => {
  const { tenant, number, topics } = stage
  const texts = Array.from({ length: 4 }, () => {
    const from = uniqueNumber()
    const message = { type: 'TEXT', text: 'Understood' }
    const result = { from, to: number, integrationType: 'WHATSAPP', messageId: `wamid.${from}`, message }
    return JSON.stringify({ results: [{ ...result, receivedAt: '2025-02-27T15:44:57.000+0000' }] })
  })
  const at = '2025-02-27T15:44:58.000Z'
  const events = texts.map((raw) =>
    encodeEvent(
      {
        type: 'imchannel.webhook.unrecognised.v1',
        id: eventIds.ofBytes('webhook.unrecognised', tenant, raw),
        tenant,
        key: conversationKey({ tenant, business: undefined, customer: undefined }),
        time: at,
        data: { tenant, code: 'unknown_kind', reason: 'nobody knows', receivedAt: at },
        verbatim: { raw },
      },
      topics,
    ),
  )
  await stage.write(...events)
  const arrivals: number[] = []
  await using ingress = await answerWith((_request, response) => {
    arrivals.push(performance.now())
    response.end()
  })
  const replay = await stage.cli('unrecognised', 'replay', '--ingress', ingress.url, '--yes', '--per-second', '2')
  expect(replay.code, replay.err).toBe(0)
  expect(arrivals).toHaveLength(4)
  // Between the second and the last lies a second, however slow the first one was.
  expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(990)
})
