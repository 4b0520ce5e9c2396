import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { encodeFields } from '../src/kafkajs/encode-fields.ts'
import type { ProducerSession } from '../src/kafkajs/producer-session.ts'
import { createBatchSender } from '../src/producer/batch-sender.ts'
import { createRecordAccumulator, type Waiting } from '../src/producer/record-accumulator.ts'
import type { PublishResult } from '../src/index.ts'
import { testClient, testTopic } from './harness.ts'

// What a broker does only by chance: the session is driven by hand.
const client = testClient()

interface Sent {
  readonly name: string
  readonly record: Waiting
  result: PublishResult | undefined
}

/** Three records of one batch, which the broker refuses without saying which of them it means. */
async function refusedBatch(alone: (names: string) => void) {
  const topic = await testTopic(client, 1)
  const waiting = createRecordAccumulator()
  const records = ['a', 'b', 'c'].map((name) => {
    const sent: Sent = {
      name,
      record: waitingRecord(topic, name, (result) => (sent.result = result)),
      result: undefined,
    }
    return sent
  })
  for (const { record } of records) waiting.add(record)
  const requests: string[] = []
  const session: ProducerSession = {
    connected: async () => {},
    send: async (group) => {
      const names = group.records.map((one) => records.find(({ record }) => record === one)?.name).join('')
      requests.push(names)
      if (names.length > 1) throw refusal()
      alone(names)
      return new Map([[`${topic} 0`, String(requests.length)]])
    },
    replace: () => {},
    isReady: () => true,
    isClosed: () => false,
    close: async () => {},
  }
  const sender = createBatchSender(client, session, waiting, { maxBatchRecords: 500, maxBatchBytes: 512 * 1024 })
  return { sender, waiting, records, requests, results: () => records.map(({ result }) => result) }
}

function waitingRecord(topic: string, value: string, tell: (result: PublishResult) => void): Waiting {
  const { bytes: fields, keyHash } = encodeFields('k', value)
  return { topic, owner: '', fields, keyHash, bytes: fields.length, partition: undefined, state: 'waiting', tell }
}

function refusal(): Error {
  return Object.assign(new kafkajs.KafkaJSError('a record of the batch is invalid'), { type: 'INVALID_RECORD' })
}

test('after a refused batch each of its records is sent alone', async () => {
  const { sender, requests, results } = await refusedBatch(() => {})
  await sender.sendNext()
  expect(requests).toEqual(['abc', 'a', 'b', 'c'])
  expect(results().map((result) => result?.kind)).toEqual(['stored', 'stored', 'stored'])
})

test('a record of a refused batch whose time runs out while others are sent alone is not sent again', async () => {
  const late = { kind: 'unknown', reason: 'timeout', detail: 'sent, but not confirmed within 1 ms' } as const
  const { sender, waiting, records, requests, results } = await refusedBatch((names) => {
    const [, , last] = records
    if (names === 'a' && last !== undefined) waiting.settle(last.record, late)
  })
  await sender.sendNext()
  expect(requests).toEqual(['abc', 'a', 'b'])
  expect(results()).toMatchObject([{ kind: 'stored' }, { kind: 'stored' }, late])
})
