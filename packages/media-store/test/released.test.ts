import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { mediaKey, readInboundToken } from '@imchannel/media-store'
import { testStack, uniqueName } from '@imchannel/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { storeOn } from './store-on-redis.ts'

const redis = new Redis(testStack().redisUrl)
const store = storeOn(redis, Number.MAX_SAFE_INTEGER)
const tenant = uniqueName('acme')

afterAll(() => redis.disconnect())

/** A media item as 0.1.0 wrote it, byte for byte; never changed. */
async function keep(format: number): Promise<string> {
  const id = randomUUID()
  await redis.hset(mediaKey(id), {
    meta: `{"format":${format},"tenant":"${tenant}","kind":"document","contentType":"text/plain","size":5,"sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824","filename":"a.txt","storedAt":1740657600000}`,
    commands: '"order-4711"\n"order \\"4712\\""',
    trace: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    conversation: 'acme:447860099299:39123456789',
    0: 'hello',
  })
  await redis.pexpire(mediaKey(id), 600_000)
  return id
}

describe('what 0.1.0 left', () => {
  test('a media item is served, and used by a command of today', async () => {
    const id = await keep(1)
    expect(await store.useFor({ tenant, id }, { commandId: 'today' })).toEqual({
      id,
      tenant,
      kind: 'document',
      contentType: 'text/plain',
      size: 5,
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      filename: 'a.txt',
      storedAt: 1_740_657_600_000,
      commandIds: ['order-4711', 'order "4712"', 'today'],
    })
    const fetched = await store.fetch({ tenant, id }, 'GET')
    expect(fetched?.firstChunk?.toString()).toBe('hello')
    expect(fetched?.expireReply).toBe(1)
  })

  test('a media item of a format that is not known is none, and stays as it is', async () => {
    const id = await keep(2)
    expect(await store.head({ tenant, id })).toBeUndefined()
    expect(await store.fetch({ tenant, id }, 'GET')).toBeUndefined()
    expect(await redis.hget(mediaKey(id), 'meta')).toContain('"format":2')
  })

  test('a link to a customer’s media is valid', () => {
    const token =
      'eyJzIjoiNDQ3ODYwMDk5Mjk5IiwidSI6Imh0dHBzOi8veHh4eC5hcGkuaW5mb2JpcC5jb20vd2hhdHNhcHAvMS9zZW5kZXJzLzQ0Nzg2MDA5OTI5OS9tZWRpYS8xIiwiZSI6NDEwMjQ0NDgwMH0.SzSVbfoQVCGFOP8lj1IiM6zzD3It74Hyi66m_t0-XRE'
    const claim = {
      sender: '447860099299',
      url: 'https://xxxx.api.infobip.com/whatsapp/1/senders/447860099299/media/1',
      expiresAt: 4_102_444_800,
    }
    const secrets = ['media-secret-0123456789abcdef']
    expect(readInboundToken('acme', token, { secrets, nowMs: 4_102_444_799_000 })).toEqual({ outcome: 'valid', claim })
  })
})
