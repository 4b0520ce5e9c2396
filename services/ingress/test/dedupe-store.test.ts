import { createRedis } from '@imchannel/redis'
import { testStack, uniqueName } from '@imchannel/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { createDedupeStore } from '../src/adapters/dedupe-store.ts'

const redis = createRedis({ url: testStack().redisUrl }, { name: 'test', onError: () => undefined })
const tenant = uniqueName('claims')
const [first, second] = [createDedupeStore(redis), createDedupeStore(redis)]

afterAll(() => redis.quit())

const keyOf = (id: string): string => `imc:seen:${tenant}:${id}`

describe('a claim', () => {
  it('lasts for as long as its holder has to publish', async () => {
    const request = { id: uniqueName('id'), fingerprint: 'f' }
    expect(await first.claim(tenant, [request], 5_000)).toEqual([{ kind: 'mine' }])
    const left = await redis.pttl(keyOf(request.id))
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(5_000)
  })

  it('that ran out is its next holder’s: the first one cannot give it away', async () => {
    const request = { id: uniqueName('id'), fingerprint: 'f' }
    await first.claim(tenant, [request], 60_000)
    // As if the time were over.
    await redis.del(keyOf(request.id))
    expect(await second.claim(tenant, [request], 60_000)).toEqual([{ kind: 'mine' }])
    await first.release(tenant, [request])
    expect(await first.claim(tenant, [request], 60_000)).toEqual([{ kind: 'publishing', fingerprint: 'f' }])
    await second.release(tenant, [request])
    expect(await first.claim(tenant, [request], 60_000)).toEqual([{ kind: 'mine' }])
  })

  it('that is confirmed is known for as long as webhooks are remembered', async () => {
    const request = { id: uniqueName('id'), fingerprint: 'f' }
    await first.claim(tenant, [request], 1_000)
    await first.confirm(tenant, [request], 3_600_000)
    expect(await second.claim(tenant, [request], 1_000)).toEqual([{ kind: 'stored', fingerprint: 'f' }])
    expect(await redis.pttl(keyOf(request.id))).toBeGreaterThan(1_000)
  })

  it('of ten thousand ids is made in slices, each answered in its place', async () => {
    const requests = Array.from({ length: 10_000 }, (_, index) => ({
      id: uniqueName('many'),
      fingerprint: `f${index}`,
    }))
    await first.claim(tenant, requests.slice(4_000, 4_001), 60_000)
    const claims = await second.claim(tenant, requests, 60_000)
    expect(claims.map(({ kind }, index) => (kind === 'mine' ? -1 : index)).filter((index) => index >= 0)).toEqual([
      4_000,
    ])
  })
})
