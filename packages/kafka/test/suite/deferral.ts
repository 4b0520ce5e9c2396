import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { committedOffsets, type IncomingRecord } from '../../src/index.ts'
import { keyOf, publishAll, startMember, testClient, testProducer, testTopic, textOf } from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

/** By the letter that its key begins with. */
function groupOf(record: IncomingRecord): string {
  return keyOf(record).slice(0, 1)
}

/** So many records of so many lanes, whose keys begin with a letter. */
function of(letter: string, lanes: number, count: number): (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => [`${letter}${index % lanes}`, String(index)] as const)
}

export function deferralTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  test('what has enough in memory is left, holds up nothing behind it, and comes in its order', async () => {
    const topic = await testTopic(client, 1)
    const groupId = uniqueName('group')
    const opened = Promise.withResolvers<void>()
    const seen = new Map<string, string[]>()
    let inMemory = 0
    let most = 0
    startMember(
      client,
      {
        groupId,
        topics: [topic],
        limits: { partitionRecords: 60 },
        defer: {
          lane: 8,
          group: 20,
          most: 10_000,
          mostInAll: 10_000,
          keyOf: (record) => ({ lane: keyOf(record), group: groupOf(record) }),
        },
        laneOf: (record) => {
          most = Math.max(most, ++inMemory)
          return keyOf(record)
        },
        handle: async (record) => {
          if (groupOf(record) === 'a') await opened.promise
          inMemory--
          seen.set(keyOf(record), [...(seen.get(keyOf(record)) ?? []), textOf(record)])
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    const producer = testProducer(client)
    // One lane of a thousand, ten of sixty: no window holds them. Another group stands behind all of them.
    await publishAll(producer, topic, [...of('a', 1, 1_000), ...of('a', 10, 600), ...of('b', 20, 400)])
    await waitUntil(() => [...seen].filter(([key]) => key.startsWith('b')).flatMap(([, texts]) => texts).length === 400)
    expect([...seen.keys()].some((key) => key.startsWith('a'))).toBe(false)
    expect((await committedOffsets(client, groupId, topic)).get(0) ?? 0n).toBe(0n)

    opened.resolve()
    await waitUntil(() => [...seen.values()].flat().length === 2_000)
    for (const [key, texts] of seen) {
      const numbers = texts.map(Number)
      // The first lane has two series, one behind the other.
      const series = key === 'a0' ? [numbers.slice(0, 1_000), numbers.slice(1_000)] : [numbers]
      for (const one of series) expect(one).toEqual(one.toSorted((left, right) => left - right))
    }
    expect(most).toBeLessThanOrEqual(60)
    await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 2_000n)
  })
}
