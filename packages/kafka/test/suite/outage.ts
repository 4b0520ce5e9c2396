import { uniqueName, waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { committedOffsets } from '../../src/index.ts'
import {
  clientThroughProxy,
  publishAll,
  startMember,
  testClient,
  testProducer,
  testTopic,
  textOf,
  untilAssigned,
} from '../harness.ts'
import type { KafkaClientAdapter } from '../kafka-client-suite.ts'

export function outageTests({ createConsumer }: KafkaClientAdapter): void {
  const client = testClient()

  test('it waits for a Kafka that is not there at start', async () => {
    const { client: cut, proxy } = await clientThroughProxy({ retries: 1 })
    const topic = await testTopic(client, 1)
    proxy.cut()
    const seen: string[] = []
    const { consumer } = startMember(
      cut,
      {
        groupId: uniqueName('group'),
        topics: [topic],
        handle: async (record) => {
          seen.push(textOf(record))
          return { kind: 'done' }
        },
      },
      createConsumer,
    )
    await waitUntil(() => proxy.connections() > 2)
    expect(consumer.isAlive()).toBe(true)
    await publishAll(testProducer(client), topic, [['k', 'x']])
    proxy.heal()
    await waitUntil(() => seen.length === 1)
  })

  test.each(['cut', 'freeze'] as const)(
    'it outlives an outage longer than its session (%s), loses nothing and does not begin what it may have lost',
    async (fault) => {
      const { client: faulty, proxy } = await clientThroughProxy({ retries: 1 })
      const topic = await testTopic(client, 2)
      const groupId = uniqueName('group')
      const seen: string[] = []
      const gate = Promise.withResolvers<void>()
      const currents: (() => boolean)[] = []
      const member = startMember(
        faulty,
        {
          groupId,
          topics: [topic],
          handle: async (record, { isCurrent }) => {
            if (textOf(record) === 'slow') {
              currents.push(isCurrent)
              await gate.promise
            }
            seen.push(textOf(record))
            return { kind: 'done' }
          },
        },
        createConsumer,
      )
      await untilAssigned(member, 2)
      const producer = testProducer(client)
      await publishAll(producer, topic, [
        ['a', 'before'],
        ['b', 'slow'],
        ['b', 'behind'],
      ])
      await waitUntil(() => seen.includes('before') && currents.length === 1)
      proxy[fault]()
      // Silence as long as a session: somebody else may be at work on it by now.
      await waitUntil(() => currents[0]?.() === false)
      gate.resolve()
      await waitUntil(() => seen.includes('slow'))
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(seen).not.toContain('behind')
      expect(member.consumer.isAlive()).toBe(true)
      await publishAll(producer, topic, [['a', 'meanwhile']])
      proxy.heal()
      await waitUntil(() => seen.includes('meanwhile') && seen.includes('behind'))
      await waitUntil(
        async () =>
          [...(await committedOffsets(client, groupId, topic)).values()].reduce((sum, one) => sum + one, 0n) === 4n,
      )
      // Nobody else was there, so nothing was delivered twice.
      expect([...seen].sort()).toEqual(['before', 'behind', 'meanwhile', 'slow'])
    },
  )

  test.each(['cut', 'freeze'] as const)(
    'an outage of any length is no reason to be taken for dead (%s)',
    async (fault) => {
      const { client: faulty, proxy } = await clientThroughProxy()
      const topic = await testTopic(client, 1)
      const seen: string[] = []
      const sessionMs = 3_000
      const member = startMember(
        faulty,
        {
          groupId: uniqueName('group'),
          topics: [topic],
          sessionMs,
          rebalanceMs: 1_000,
          handle: async (record) => {
            seen.push(textOf(record))
            return { kind: 'done' }
          },
        },
        createConsumer,
      )
      await untilAssigned(member, 1)
      proxy[fault]()
      const until = Date.now() + 5 * sessionMs
      await waitUntil(() => {
        expect(member.consumer.isAlive()).toBe(true)
        return Date.now() > until
      })
      proxy.heal()
      await publishAll(testProducer(client), topic, [['k', 'x']])
      await waitUntil(() => seen.length === 1)
    },
  )
}
