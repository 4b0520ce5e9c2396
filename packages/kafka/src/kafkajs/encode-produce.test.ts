import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import { encodeFields } from './encode-fields.ts'
import { encodeProduce } from './encode-produce.ts'

// kafkajs's own encoder, as it is before it is replaced: no client is made in this file.
const kafkajsRequest = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce/v3/request.js') as (
  request: object,
) => { encode(): Promise<{ readonly buffer: Buffer }> }

afterEach(() => void vi.useRealTimers())

const message = (name: string, size: number) => ({ key: name, value: Buffer.alloc(size, 7), headers: { ce_id: name } })
type Plain = ReturnType<typeof message>

const topicData = [
  {
    topic: 'imchannel.inbound',
    partitions: [
      { partition: 0, firstSequence: 0, messages: [message('one', 10)] },
      // More than 64: the delta takes two bytes.
      { partition: 11, firstSequence: 70_000, messages: Array.from({ length: 70 }, (_, at) => message(`${at}`, at)) },
    ],
  },
  { topic: 'impfänger', partitions: [{ partition: 3, firstSequence: 1, messages: [message('é', 100_000)] }] },
]

const encoded = topicData.map(({ topic, partitions }) => ({
  topic,
  partitions: partitions.map(({ messages, ...rest }) => ({ ...rest, messages: messages.map(encode) })),
}))

function encode({ key, value, headers }: Plain): { fields: Buffer } {
  return { fields: encodeFields(key, value, headers).bytes }
}

test.each([
  ['idempotent', { producerId: '1099511627776', producerEpoch: 3 }, 0],
  ['transactional', { producerId: '7', producerEpoch: 0, transactionalId: 'tx' }, 0],
  ['compressed', { producerId: -1, producerEpoch: 0 }, 1],
])('a request that is %s has the bytes that kafkajs writes', async (_what, producer, codec) => {
  vi.useFakeTimers({ now: 1_767_225_600_123, toFake: ['Date'] })
  const request = { acks: -1, timeout: 15_000, ...producer }
  const compression = codec === 0 ? undefined : { codec, compress: async (records: Buffer) => gzipSync(records) }
  const theirs = await kafkajsRequest({ ...request, compression: codec, topicData }).encode()
  const ours = await encodeProduce({ ...request, topicData: encoded }, compression)
  expect(ours.equals(theirs.buffer)).toBe(true)
})
