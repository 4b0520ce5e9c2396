import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReplicaCount } from './replica-count.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server that says how many replicas it has, and one that is asked so and frozen. */
function fakeRedis(replicas: number) {
  const events = new EventEmitter()
  const state = { replicas, asked: 0 }
  const info = async (): Promise<string> => {
    state.asked++
    return Array.from({ length: state.replicas }, (_, at) => `slave${at}:ip=::1,state=online`).join('\r\n')
  }
  // `as`: of a client it needs these two.
  const redis = { on: events.on.bind(events), info } as unknown as Parameters<typeof createReplicaCount>[0]
  return { state, redis, connectedAnew: () => events.emit('ready') }
}

test('where there was no replica a second ago it is asked again before an answer is given', async () => {
  const { state, redis } = fakeRedis(0)
  const count = createReplicaCount(redis)
  expect(await count.lately()).toBe(0)
  expect(count.lately()).toBe(0)
  state.replicas = 1
  vi.advanceTimersByTime(1_001)
  expect(await count.lately()).toBe(1)
  expect(state.asked).toBe(2)
})

test('a new connection, which may be to another master, is asked anew', async () => {
  const { state, redis, connectedAnew } = fakeRedis(1)
  const count = createReplicaCount(redis)
  await count.ask()
  connectedAnew()
  state.replicas = 0
  expect(await count.lately()).toBe(0)
})
