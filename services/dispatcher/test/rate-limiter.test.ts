import { testStack, uniqueName } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRateLimiters } from '../src/adapters/rate-limiter.ts'
import type { RateLimiter } from '../src/adapters/rate-limiter.ts'

let instances: Redis[]

beforeAll(() => {
  instances = [new Redis(testStack().redisUrl), new Redis(testStack().redisUrl)]
})

afterAll(() => Promise.all(instances.map((redis) => redis.quit())))

/** Takes permits for as long as it may, as fast as they come. */
async function takeUntil(gate: RateLimiter, key: string, until: number): Promise<number> {
  let all = 0
  while (performance.now() < until) {
    const { taken, waitMs } = await gate.take(key, gate.most)
    all += taken
    if (taken === 0) await new Promise((resolve) => setTimeout(resolve, Math.max(1, waitMs)))
  }
  return all
}

it.each([2, 10, 80, 1_000])('two instances together get no more than %d a second', async (perSecond) => {
  const key = uniqueName('sender')
  const gates = instances.map((redis) => createRateLimiters(redis)('test', perSecond))
  const startedAt = performance.now()
  const taken = await Promise.all(gates.map((gate) => takeUntil(gate, key, startedAt + 1_500)))
  const seconds = (performance.now() - startedAt) / 1_000
  const all = taken.reduce((sum, one) => sum + one, 0)
  expect(all).toBeLessThanOrEqual(perSecond * seconds + (gates[0]?.most ?? 0))
  expect(all).toBeGreaterThan(0)
})

it('one sender’s permits are nobody else’s', async () => {
  const [first] = instances
  if (first === undefined) throw new Error('no connection')
  const gate = createRateLimiters(first)('test', 10)
  const key = uniqueName('sender')
  expect(await gate.take(key, 1)).toMatchObject({ taken: 1 })
  expect(await gate.take(key, 1)).toMatchObject({ taken: 0 })
  expect(await gate.take(uniqueName('sender'), 1)).toMatchObject({ taken: 1 })
})

it('what is asked for at the same time, by whichever senders, is one command', async () => {
  const connection = new Redis(testStack().redisUrl)
  await connection.ping()
  let commands = 0
  const send = connection.sendCommand.bind(connection)
  connection.sendCommand = (command, stream) => {
    if (command.name.startsWith('eval')) commands++
    return send(command, stream)
  }
  const createGate = createRateLimiters(connection)
  const [slow, fast] = [createGate('test', 80), createGate('test', 1_000)]
  // The source goes along with the first call where the server does not know it yet.
  await slow.take(uniqueName('sender'), 1)
  commands = 0
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      (at % 2 === 0 ? slow : fast).take(uniqueName('sender'), at % 2 === 0 ? 4 : 50),
    ),
  )
  expect(answers.reduce((sum, answer) => sum + answer.taken, 0)).toBe(50 * 4 + 50 * 50)
  expect(commands).toBe(1)
  await connection.quit()
})
