import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createFaultProxy, testStack, waitUntil } from '@imchannel/testkit'
import { describe, expect, it } from 'vitest'
import { createRedis } from '../src/index.ts'

const { redisUrl } = testStack()

describe('createRedis', () => {
  it('stores and reads over a URL', async () => {
    const redis = createRedis({ url: redisUrl }, { name: 'test', onError: () => undefined })
    const key = `imc:test:${randomUUID()}`
    await redis.set(key, 'value', 'EX', 60)
    expect(await redis.get(key)).toBe('value')
    await redis.quit()
  })

  it('gives up a command after its time limit while Redis is away', async () => {
    const errors: Error[] = []
    const redis = createRedis(
      { url: 'redis://127.0.0.1:1' },
      { name: 'test', commandTimeoutMs: 100, onError: (error) => errors.push(error) },
    )
    await expect(redis.get('x')).rejects.toThrow('Command timed out')
    await waitUntil(() => errors.length > 0)
    expect(errors[0]).toMatchObject({ code: 'ECONNREFUSED' })
    redis.disconnect()
  })

  it('gives up a command after its time limit while Redis is frozen', async () => {
    const frozen = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(frozen, 'listening')
    const { port } = frozen.address() as AddressInfo // a TCP server has no pipe name
    const redis = createRedis(
      { url: `redis://127.0.0.1:${port}` },
      { name: 'test', commandTimeoutMs: 100, onError: () => undefined },
    )
    await expect(redis.get('x')).rejects.toThrow('Command timed out')
    redis.disconnect()
    frozen.close()
  })

  it('without a time limit finishes the command when Redis comes', async () => {
    await using proxy = await createFaultProxy({ port: Number(new URL(redisUrl).port) })
    proxy.cut()
    const errors: Error[] = []
    const redis = createRedis(
      { url: `redis://${proxy.address}` },
      { name: 'test', onError: (error) => errors.push(error) },
    )
    const answer = redis.ping()
    await waitUntil(() => errors.length > 1)
    proxy.heal()
    expect(await answer).toBe('PONG')
    await redis.quit()
  })

  it.each([
    ['a refused password', (url: URL) => Object.assign(url, { username: 'nobody', password: 'hunter%202' }).href],
    ['an unreachable host', () => 'redis://nobody:hunter%202@127.0.0.1:1/0'],
  ])('never shows a password: %s', async (_case, url) => {
    const errors: Error[] = []
    const redis = createRedis(
      { url: { reveal: () => url(new URL(redisUrl)) } },
      { name: 'test', commandTimeoutMs: 300, onError: (error) => errors.push(error) },
    )
    const failure: unknown = await redis.get('x').catch((error: unknown) => error)
    await waitUntil(() => errors.length > 0)
    redis.disconnect()
    expect(inspect([errors, failure], { depth: 9, showHidden: true })).not.toMatch(/hunter/)
  })

  it('refuses a URL of another kind without repeating it', () => {
    expect(() => createRedis({ url: 'http://:hunter2@x' }, { name: 'test', onError: () => undefined })).toThrow(
      /^redis: the url is not one/,
    )
  })
})
