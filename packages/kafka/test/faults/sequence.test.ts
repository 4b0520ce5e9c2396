import { expect, test } from 'vitest'
import { publishAll, readAll, testClient, testProducer, testTopic, textOf } from '../harness.ts'
import { API, clientWithEditedReplies } from '../reply-editor.ts'

const direct = testClient()
/** The protocol's number of the error. */
const UNKNOWN_PRODUCER_ID = 59

const valuesIn = async (topic: string): Promise<string[]> => (await readAll(direct, topic)).map(textOf)

test('OUT_OF_ORDER_SEQUENCE_NUMBER: what the broker refuses so is not called stored, and the next is written under a new producer id', async () => {
  const given: bigint[] = []
  const client = await clientWithEditedReplies(API.initProducerId, (body) => {
    // [throttle_time_ms, error_code, producer_id …
    if (body.readInt16BE(4) !== 0) return
    given.push(body.readBigInt64BE(6))
    // The second producer is taken for the first one, whose sequence numbers it does not know.
    if (given.length === 2) body.writeBigInt64BE(given[0] ?? -1n, 6)
  })
  const topic = await testTopic(direct, 1)
  const [first, second] = [testProducer(client), testProducer(client)]
  await publishAll(first, topic, [
    ['k', 'a'],
    ['k', 'b'],
    ['k', 'c'],
  ])
  const refused = await second.publish([{ topic, key: 'k', value: 'out of order' }])
  expect(refused).toMatchObject([{ kind: 'unknown', detail: expect.stringContaining('OUT_OF_ORDER') as string }])
  await publishAll(second, topic, [['k', 'd']])
  await publishAll(first, topic, [['k', 'e']])
  expect(await valuesIn(topic)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(given).toHaveLength(3)
})

test('UNKNOWN_PRODUCER_ID: what became of the batch is called unknown, and the next is written once under a new producer id', async () => {
  let forget = false
  const client = await clientWithEditedReplies(API.produce, (body) => {
    if (!forget) return
    forget = false
    // One topic and one partition: [count, name, [count, index, error_code …
    body.writeInt16BE(UNKNOWN_PRODUCER_ID, 4 + 2 + body.readInt16BE(4) + 4 + 4)
  })
  const topic = await testTopic(direct, 1)
  const producer = testProducer(client)
  await publishAll(producer, topic, [['k', 'before']])
  forget = true
  const unsure = await producer.publish([{ topic, key: 'k', value: 'unsure' }])
  expect(unsure).toMatchObject([{ kind: 'unknown', detail: expect.stringContaining('UNKNOWN_PRODUCER_ID') as string }])
  await publishAll(producer, topic, [['k', 'after']])
  expect(await valuesIn(topic)).toEqual(['before', 'unsure', 'after'])
})
