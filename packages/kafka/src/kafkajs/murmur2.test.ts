import { randomBytes } from 'node:crypto'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './murmur2.ts'

test.each([
  // From org.apache.kafka.common.utils.UtilsTest#testMurmur2, made positive as the partitioner does.
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('%s hashes as Java has it', (text, java) => {
  expect(murmur2(Buffer.from(text))).toBe(java & 0x7fffffff)
})

test('a key lies in the same partition as with the client of old', () => {
  const partition = kafkajs.Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }))
  for (let length = 0; length < 200; length++) {
    const key = randomBytes(length)
    expect(partitionOf(key, 12)).toBe(partition({ topic: 't', partitionMetadata, message: { key, value: null } }))
  }
})
