import { topics as topicsOf } from '@imchannel/events'
import { createKafkaClient, ensureTopics } from '@imchannel/kafka'
import { testStack, uniqueName } from '@imchannel/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topicSpecs } from '../../src/topic-specs.ts'
import { dataOf, headerOf, readTopics, type TopicReader } from '../support/read-topics.ts'
import { startIngress, type TestIngress } from '../support/start-ingress.ts'
import { post, textMessage, webhookOf } from '../support/webhooks.ts'

const prefix = uniqueName('ingress')
const topicBytes = 100_000
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  // Topics of somebody's own, which take far less than those that ingress would make; existing ones are never changed.
  const specs = topicSpecs(topicsOf(prefix), 1).map((spec) => ({
    ...spec,
    config: { 'max.message.bytes': String(topicBytes) },
  }))
  await ensureTopics(createKafkaClient({ brokers: testStack().brokers }, { clientId: 'test' }), specs)
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

const subject = (id: string) => (record: Parameters<typeof headerOf>[0]) => headerOf(record, 'ce_subject') === id

function isPart(record: Parameters<typeof headerOf>[0]): boolean {
  return record.topic === `${prefix}.unrecognised` && headerOf(record, 'imchannel-part') !== undefined
}

describe('a record over the limit of its topic', () => {
  it('goes without its original, and its siblings as they are', async () => {
    const [large, small] = [uniqueName('large'), uniqueName('small')]
    const text = 'x'.repeat(topicBytes * 0.7)
    expect((await post(ingress.url, webhookOf(textMessage(large, { text }), textMessage(small)))).status).toBe(200)
    const [without] = await reader.take(subject(large), 1)
    const [whole] = await reader.take(subject(small), 1)
    expect(without && dataOf(without)).toMatchObject({ originalOmitted: true, content: { type: 'text', text } })
    expect(without && dataOf(without)).not.toHaveProperty('original')
    expect(whole && dataOf(whole)).toHaveProperty('original')
  })

  it('is cut into parts of one key and ce_id where even that is too large, and nothing of it is lost', async () => {
    const [huge, small] = [uniqueName('huge'), uniqueName('small')]
    const text = `${huge} ${'x'.repeat(topicBytes * 3)} the end`
    expect((await post(ingress.url, webhookOf(textMessage(small), textMessage(huge, { text })))).status).toBe(200)
    await reader.take(subject(small), 1)
    const [first] = await reader.take(isPart, 1)
    const count = Number(first && headerOf(first, 'imchannel-part')?.split('/')[1])
    const parts = await reader.take(isPart, count)
    expect(parts.map((part) => headerOf(part, 'imchannel-part'))).toEqual(
      Array.from({ length: count }, (_, index) => `${index + 1}/${count}`),
    )
    expect(new Set(parts.map((part) => `${headerOf(part, 'ce_id')} ${part.key?.toString()}`)).size).toBe(1)
    const whole = Buffer.concat(parts.map((part) => part.value ?? Buffer.alloc(0))).toString()
    expect(whole).toContain(huge)
    expect(whole).toContain('the end')
  })

  it('that nobody understands is cut as well, up to the largest body', async () => {
    const mark = uniqueName('body')
    const body = JSON.stringify({ [mark]: 'y'.repeat(20 * 1024 * 1024) })
    expect((await post(ingress.url, body)).status).toBe(200)
    await reader.take((record) => record.value?.toString('utf8', 0, 4_096).includes(mark) ?? false, 1)
  })
})
