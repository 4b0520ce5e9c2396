import { topics as topicsOf } from '@imchannel/events'
import { createKafkaClient, ensureTopics, type KafkaClient } from '@imchannel/kafka'
import { testStack, uniqueName, waitUntil } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topicSpecs } from '../../src/topic-specs.ts'
import { headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { startIngress, type TestIngress } from '../support/start-ingress.ts'
import { deliveryReport, post, textMessage, webhookOf } from '../support/webhooks.ts'

const prefix = uniqueName('ingress')
const topics = topicsOf(prefix)
let client: KafkaClient
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  client = createKafkaClient({ brokers: testStack().brokers }, { clientId: 'test' })
  await ensureTopics(client, topicSpecs(topics, 1))
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix, more: { limits: { webhookDeadline: '3s' } } })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

/** Whether the broker takes records for a topic: none is young enough where the topic allows no age at all. */
async function allow(topic: string, isTaken: boolean): Promise<void> {
  const admin = client.kafkajs.admin()
  await admin.connect()
  const type = 2 // A topic, among what the protocol calls resources.
  const configEntries = [{ name: 'message.timestamp.before.max.ms', value: isTaken ? '3600000' : '0' }]
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum is kafkajs's, which only packages/kafka imports
  await admin.alterConfigs({ validateOnly: false, resources: [{ type, name: topic, configEntries }] })
  await admin.disconnect()
}

function idsOf(subject: string): string[] {
  return reader.records
    .filter((record) => headerOf(record, 'ce_subject') === subject)
    .map((record) => headerOf(record, 'ce_id') ?? '')
}

describe('batch-partial', () => {
  it('of one webhook, what cannot be understood is set aside and every sibling goes its way', async () => {
    const ids = Array.from({ length: 50 }, () => uniqueName('good'))
    const marks = [uniqueName('bad'), uniqueName('odd')]
    const results = ids.map((id) => textMessage(id))
    results.splice(10, 0, `{"from":7,"message":"${marks[0]}"}`)
    results.splice(30, 0, JSON.stringify(marks[1]))
    expect((await post(ingress.url, webhookOf(...results))).status).toBe(200)
    const unrecognised = await reader.take(
      (record) => record.topic === topics.unrecognised && marks.some((mark) => record.value?.includes(mark)),
      2,
    )
    expect(unrecognised).toHaveLength(2)
    await waitUntil(() => ids.every((id) => idsOf(id).length === 1))
  })

  it('one of which Kafka takes a part is 503 each time, and in the end each of its results is there under one id', async () => {
    await allow(topics.status, false)
    // The broker takes up a topic's settings a moment later, and takes a record that reaches it in the millisecond of its
    // making: then it is begun anew.
    const { ids, body } = await waitUntil(async () => {
      const ids = { before: uniqueName('before'), report: uniqueName('report'), after: uniqueName('after') }
      const body = webhookOf(textMessage(ids.before), deliveryReport(ids.report), textMessage(ids.after))
      for (let copy = 0; copy < 3; copy++) {
        const answer = await post(ingress.url, body)
        if (answer.status === 200) return undefined
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
      }
      return { ids, body }
    })
    const { report } = ids
    expect(idsOf(report)).toEqual([])
    await allow(topics.status, true)
    await waitUntil(async () => (await post(ingress.url, body)).status === 200)
    await waitUntil(() => idsOf(report).length > 0)
    for (const id of Object.values(ids)) {
      expect(new Set(idsOf(id)).size).toBe(1)
      // What shared the produce request with a refused record is written once more, alone; no repeat of the webhook adds to it.
      expect(idsOf(id).length).toBeLessThanOrEqual(2)
    }
  })
})
