import { setTimeout as sleep } from 'node:timers/promises'
import { ensureTopics } from '@imchannel/kafka'
import { waitUntil } from '@imchannel/testkit'
import { expect, test } from 'vitest'
import { business, forgotten, HOUR, noWindow, received, tenant, useWindowStage } from './window-stage.ts'

const MINUTE = 60_000
const now = Date.now()
const open = (at: number): object => ({ state: 'open', closesAt: at + 24 * HOUR })

test('windows are what Kafka says, from a day before, and are so again once Redis was emptied', async () => {
  const stage = await useWindowStage()
  await stage.publish(
    received('351910000001', now - HOUR),
    received('351910000002', now - 24 * HOUR + 2 * MINUTE),
    received('351910000003', now - 24 * HOUR - 2 * MINUTE),
    received('351910000004', now - HOUR, { content: { type: 'reaction', emoji: '👍' } }),
    received('351910000005', now - 2 * HOUR),
    noWindow('351910000005', now - HOUR),
    received('351910000006', now - HOUR, { contact: { userId: 'PT.9000000000000006' } }),
    received('5511987654321', now - HOUR),
    received('351910000008', now - HOUR, { channel: 'SMS' }),
  )
  stage.follow()
  const names = ['1', '2', '3', '4', '5', '6', '8', '9'].map((last) => `35191000000${last}`)
  const judge = async (): Promise<unknown> =>
    Promise.all([...names, 'PT.9000000000000006', '551187654321'].map((name) => stage.windowOf(name)))
  const expected = [
    open(now - HOUR),
    open(now - 24 * HOUR + 2 * MINUTE),
    { state: 'closed', closesAt: now - 2 * MINUTE },
    { state: 'unknown', why: 'uncertain_kind' },
    { state: 'unknown', why: 'contradicted' },
    open(now - HOUR),
    { state: 'closed' },
    { state: 'closed' },
    open(now - HOUR),
    open(now - HOUR),
  ]
  await stage.untilComplete()
  expect(await judge()).toEqual(expected)
  await stage.redis.flushall()
  expect(await stage.windowOf('351910000009')).toEqual({ state: 'unknown', why: 'unread' })
  await stage.untilComplete()
  expect(await judge()).toEqual(expected)
  expect(stage.logs.join('\n')).toContain('windows are read anew (emptied)')
})

test('what is written while nobody reads, or Redis is away, is read on, and nothing twice', async () => {
  const stage = await useWindowStage()
  const follower = stage.follow()
  await stage.untilComplete()
  await follower.stop()
  const message = received('351910000001', now - HOUR)
  await stage.publish(message)
  // It is known by the clock alone that nobody has read for too long.
  await waitUntil(async () => (await stage.windowOf('351910000001')).state === 'unknown')
  stage.logs.length = 0
  stage.follow()
  await stage.untilComplete()
  expect(await stage.windowOf('351910000001')).toMatchObject({ state: 'open' })
  expect(stage.logs.join('\n')).not.toContain('anew')
})

test('a Redis that has lost its last writes never says that a window is closed', async () => {
  const stage = await useWindowStage()
  stage.follow()
  await stage.untilComplete()
  const names = Array.from({ length: 20 }, (_, n) => `35191000001${n}`)
  const bringBack = await stage.snapshot()
  await stage.publish(...names.map((name) => received(name, Date.now() - HOUR)))
  await stage.untilComplete()
  await bringBack()
  // What was complete then is young enough: only that nothing is missing since can be waited for.
  const states = await Promise.all(names.map((name) => stage.settledWindowOf(name)))
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['open']))
  expect(await stage.settledWindowOf('351910000099')).toEqual({ state: 'closed' })
  expect(stage.logs.join('\n')).toContain('windows are unknown until they have been read again')
})

test('an answer to what was written a moment ago finds its window, whoever wrote it where', async () => {
  const stage = await useWindowStage()
  const follower = stage.follow()
  await stage.untilComplete()
  await stage.publish(received('351910000001', now - HOUR))
  expect(await stage.settledWindowOf('351910000001')).toMatchObject({ state: 'open' })
  await follower.stop()
  await stage.publish(received('351910000002', now - HOUR))
  expect(await stage.settledWindowOf('351910000002')).toEqual({ state: 'unknown', why: 'unread' })
})

test('one of two reads, and the other takes over where it dies', async () => {
  const stage = await useWindowStage()
  const first = stage.follow()
  await stage.untilComplete()
  const [lease = ''] = await stage.redis.keys('imc:f:lease:*')
  const owner = await stage.redis.get(lease)
  stage.follow()
  await sleep(1_500)
  expect(await stage.redis.get(lease)).toBe(owner)
  // As if it were killed: its lease stands until it ends by itself.
  await first.stop()
  await stage.redis.set(lease, owner ?? '', 'PX', 2_000)
  await stage.publish(received('351910000001', now - HOUR))
  await stage.untilComplete()
  expect(await stage.redis.get(lease)).not.toBe(owner)
  expect(await stage.windowOf('351910000001')).toMatchObject({ state: 'open' })
})

test('a topic that is missing turns it off with one line, until it is there', async () => {
  const stage = await useWindowStage({ hasInbound: false })
  stage.follow()
  const line = `there is no topic ${stage.topics.inbound}`
  await waitUntil(() => stage.logs.some((text) => text.includes(line)))
  await sleep(1_500)
  expect(stage.logs).toHaveLength(1)
  expect(await stage.windowOf('351910000001')).toEqual({ state: 'unknown', why: 'unread' })
  await ensureTopics(stage.client, [{ name: stage.topics.inbound, partitions: 1, replication: 1 }])
  await stage.publish(received('351910000001', now - HOUR))
  await stage.untilComplete()
  expect(await stage.windowOf('351910000001')).toMatchObject({ state: 'open' })
})

test('where the topic is younger than a day, nobody’s window is called closed', async () => {
  const stage = await useWindowStage({ isOld: false })
  stage.follow()
  await stage.untilComplete()
  expect(await stage.windowOf('351910000001')).toEqual({ state: 'unknown', why: 'unread' })
  await stage.publish(received('351910000002', now - 30 * HOUR))
  await stage.untilComplete()
  expect(await stage.windowOf('351910000002')).toEqual({ state: 'unknown', why: 'unread' })
})

test('what ingress has written counts at once, read or not', async () => {
  const stage = await useWindowStage()
  const state = { openedAt: now - HOUR }
  await stage.facts.widenWindows([{ tenant, business, names: ['351910000001'], state }])
  expect(await stage.windowOf('351910000001')).toEqual({ state: 'open', closesAt: now + 23 * HOUR })
})

test('who was forgotten has no window of what they wrote before, once Redis was emptied, and one of what they write afterwards', async () => {
  const stage = await useWindowStage({ forgets: true })
  const [person, userId, other] = ['351910000021', 'PT.9000000000000021', '351910000022']
  await stage.publish(
    received(person, now - 2 * HOUR, { contact: { userId } }),
    received(userId, now - HOUR),
    received(other, now - HOUR),
  )
  stage.follow()
  await stage.untilComplete()
  expect(await stage.windowOf(person)).toMatchObject({ state: 'open' })
  await stage.publish(forgotten(person, userId))
  await stage.untilComplete()
  await stage.redis.flushall()
  await stage.untilComplete()
  expect((await stage.redis.keys('*')).filter((key) => key.includes(person) || key.includes(userId))).toEqual([])
  expect(await stage.windowOf(other)).toMatchObject({ state: 'open' })
  await stage.publish(received(person, Date.now()))
  await stage.untilComplete()
  expect(await stage.windowOf(person)).toMatchObject({ state: 'open' })
})
