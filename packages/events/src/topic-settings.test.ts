import { expect, it } from 'vitest'
import { compactedTopic, KEPT_DAYS, keptTopic } from './topic-settings.ts'

it('keeps a topic for its days, or for longer where that is asked for', () => {
  expect(keptTopic('imchannel.status', 6, { days: KEPT_DAYS.status })).toEqual({
    name: 'imchannel.status',
    partitions: 6,
    replication: 3,
    config: { 'retention.ms': '604800000', 'max.message.bytes': '8388608' },
  })
  const options = { days: 7, leastMs: 8 * 86_400_000, maxRecordBytes: 9 * 1024 * 1024 }
  expect(keptTopic('any', 1, options).config).toEqual({ 'retention.ms': '691200000', 'max.message.bytes': '9437184' })
})

it('keeps what is compacted without an end', () => {
  expect(compactedTopic('imchannel.consent', 6)).toEqual({
    name: 'imchannel.consent',
    partitions: 6,
    replication: 3,
    config: { 'cleanup.policy': 'compact', 'max.message.bytes': '8388608' },
  })
})
