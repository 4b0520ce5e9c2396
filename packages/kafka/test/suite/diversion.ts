import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { committedOffsets, type IncomingRecord, type OutgoingRecord } from '../../src/index.ts'
import { keyOf, publishAll, readAll, startMember, testClient, testProducer, testTopic, textOf } from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

/** Diverts what has the key `away`, and keeps what it was asked in its order. */
function divertTo(topic: string, write: (copies: readonly OutgoingRecord[]) => Promise<readonly boolean[]>) {
  const asked: string[] = []
  return {
    asked,
    divert: {
      copyOf: ({ key, value }: IncomingRecord) => (key?.toString() === 'away' ? { topic, key, value } : undefined),
      write: (copies: readonly OutgoingRecord[]) => {
        asked.push(...copies.map(({ value }) => `away ${String(value)}`))
        return write(copies)
      },
    },
    laneOf: (record: IncomingRecord) => {
      asked.push(`lane ${textOf(record)}`)
      return keyOf(record)
    },
  }
}

export function diversionTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  /** A member that notes what comes to its handler all the same. */
  function startDiverting(options: Omit<Parameters<typeof startMember>[1], 'handle'>) {
    const handled: string[] = []
    const member = startMember(
      client,
      {
        ...options,
        handle: async (record) => {
          handled.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    return { ...member, handled }
  }

  test('what is diverted is written in its order, before anything behind it is told to the lanes, and none of it is handled', async () => {
    const [topic, other, groupId] = [await testTopic(client, 1), await testTopic(client, 1), uniqueName('group')]
    const producer = testProducer(client)
    const records = Array.from(
      { length: 500 },
      (_, index) => [index % 7 === 0 ? 'here' : 'away', String(index)] as const,
    )
    await publishAll(producer, topic, records)
    const { asked, ...diverting } = divertTo(other, async (copies) =>
      (await producer.publish(copies)).map(({ kind }) => kind === 'stored'),
    )
    const { handled } = startDiverting({ groupId, topics: [topic], ...diverting })
    await waitUntil(async () => (await committedOffsets(client, groupId, topic)).get(0) === 500n)
    expect(asked).toEqual(records.map(([key, text]) => `${key === 'here' ? 'lane' : 'away'} ${text}`))
    expect(handled).toEqual(records.filter(([key]) => key === 'here').map(([, text]) => text))
    const copies = await readAll(client, other)
    expect(copies.map(textOf)).toEqual(records.filter(([key]) => key === 'away').map(([, text]) => text))
  })

  test('nothing of it is committed before it is stored, and what is not stored is handled', async () => {
    const [topic, groupId] = [await testTopic(client, 1), uniqueName('group')]
    await publishAll(testProducer(client), topic, [
      ['here', '0'],
      ['away', '1'],
      ['away', '2'],
      ['here', '3'],
    ])
    const stored = Promise.withResolvers<readonly boolean[]>()
    const { asked: _, ...diverting } = divertTo('elsewhere', () => stored.promise)
    const { handled } = startDiverting({ groupId, topics: [topic], ...diverting })
    const committed = async () => (await committedOffsets(client, groupId, topic)).get(0)
    await waitUntil(async () => handled.length === 2 && (await committed()) === 1n)
    stored.resolve([true, false])
    await waitUntil(async () => (await committed()) === 4n)
    expect(handled).toEqual(['0', '3', '2'])
  })

  test('what holds up its writing holds up the end of its member, and is committed then', async () => {
    const [topic, groupId] = [await testTopic(client, 1), uniqueName('group')]
    await publishAll(testProducer(client), topic, [['away', '0']])
    const stored = Promise.withResolvers<readonly boolean[]>()
    const { asked, ...diverting } = divertTo('elsewhere', () => stored.promise)
    const { stop } = startDiverting({ groupId, topics: [topic], ...diverting })
    await waitUntil(() => asked.length === 1)
    const stopped = stop()
    stored.resolve([true])
    await stopped
    expect((await committedOffsets(client, groupId, topic)).get(0)).toBe(1n)
  })
}
