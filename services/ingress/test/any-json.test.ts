import { uniqueName, waitUntil } from '@imchannel/testkit'
import { anyCharacter } from '@imchannel/testkit/any-character'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, headerOf, readTopics, type TopicReader } from './support/read-topics.ts'
import { startIngress, type TestIngress } from './support/start-ingress.ts'
import { deliveryReport, post, seenReport, textMessage, webhookOf } from './support/webhooks.ts'

const prefix = uniqueName('ingress')
let reader: TopicReader
let ingress: TestIngress

beforeAll(async () => {
  reader = await readTopics(prefix)
  ingress = await startIngress({ prefix, more: { logs: { level: 'error' } } })
})

afterAll(async () => {
  await ingress.stop()
  await reader[Symbol.asyncDispose]()
})

/** JSON of any shape, with the words that Infobip uses where they are least expected. */
const words = [
  'results',
  'message',
  'messageId',
  'from',
  'to',
  'status',
  'seenAt',
  'event',
  'content',
  'type',
  'price',
  '__proto__',
  'constructor',
  '\ud800',
  '',
]
const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, 0, -0, 1e300, 9007199254740991, 'TEXT', '2025-02-27T15:44:57.000+0000', '447860099299'),
    fc.string({ unit: anyCharacter }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 6 }),
  ),
})).value

/** How many events of this test have come so far. */
const published = (): number =>
  reader.records.filter((record) => headerOf(record, 'imchannel-part') === undefined).length

describe('any JSON body', () => {
  it('is never answered with 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (value) => {
        const { status } = await post(ingress.url, JSON.stringify(value))
        expect(status).toBe(200)
      }),
      { numRuns: 300 },
    )
  })

  it('of results gives as many events as results, unrecognised ones included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyJson, { minLength: 1, maxLength: 8 }), async (values) => {
        // Each result is another one, so that none is a repeat.
        const mark = uniqueName('property')
        const results = values.map((value, index) => JSON.stringify({ mark: `${mark}-${index}`, value }))
        const valid = [textMessage(mark), deliveryReport(mark), seenReport(mark)]
        expect((await post(ingress.url, webhookOf(...results, ...valid))).status).toBe(200)
        const own = () =>
          reader.records.filter((record) => headerOf(record, 'ce_subject') === mark || record.value?.includes(mark))
        await waitUntil(() => own().length >= results.length + valid.length)
        expect(own()).toHaveLength(results.length + valid.length)
        expect(
          own()
            .filter((record) => headerOf(record, 'ce_subject') === mark)
            .map((record) => headerOf(record, 'ce_type'))
            .toSorted((a, b) => String(a).localeCompare(String(b))),
        ).toEqual(['imchannel.message.delivery.v1', 'imchannel.message.received.v1', 'imchannel.message.seen.v1'])
      }),
      { numRuns: 40 },
    )
    expect(published()).toBeGreaterThan(0)
  })

  it.each([
    ['deep nesting', `{"results":[${'['.repeat(50_000)}${']'.repeat(50_000)},${textMessage('deep-sibling')}]}`],
    ['__proto__', '{"__proto__":{"polluted":true},"results":[{"__proto__":{"message":{"type":"TEXT"}}}]}'],
    [
      'lone surrogates',
      String.raw`{"results":[{"messageId":"\ud800","from":"\udfff","message":{"type":"TEXT","text":"\ud83d"}}]}`,
    ],
    ['a number without end', `{"results":[{"price":${'9'.repeat(10_000)}}]}`],
  ])('of %s does no harm', async (_case, body) => {
    expect((await post(ingress.url, body)).status).toBe(200)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('keeps the digits of numbers past 2^53 in the original', async () => {
    const id = uniqueName('digits')
    await post(
      ingress.url,
      webhookOf(textMessage(id).replace('"callbackData":null', '"callbackData":null,"extra":12345678901234567890.10')),
    )
    const [record] = await reader.take((one) => headerOf(one, 'ce_subject') === id, 1)
    expect(record?.value?.toString()).toContain('12345678901234567890.10')
    expect(record && dataOf(record)['messageId']).toBe(id)
  })
})
