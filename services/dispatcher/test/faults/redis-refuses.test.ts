import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@imchannel/local-stack'
import { waitUntil } from '@imchannel/testkit'
import type { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'

interface Refusal {
  begin(redis: Redis): Promise<unknown>
  end(redis: Redis): Promise<unknown>
}

/** Ways in which a Redis that is there takes no writes. */
const refusals: readonly (readonly [string, Refusal])[] = [
  [
    'full (OOM)',
    {
      begin: (redis) => redis.config('SET', 'maxmemory', '1'),
      end: (redis) => redis.config('SET', 'maxmemory', '0'),
    },
  ],
  [
    'unable to save (MISCONF)',
    {
      // Its snapshot's place is taken by a folder.
      begin: async (redis) => {
        await redis.config('SET', 'save', '3600 1')
        await redis.bgsave()
        await waitUntil(async () => (await redis.info('persistence')).includes('rdb_last_bgsave_status:err'))
      },
      end: (redis) => redis.config('SET', 'stop-writes-on-bgsave-error', 'no'),
    },
  ],
  [
    'a replica (READONLY)',
    {
      begin: (redis) => redis.call('REPLICAOF', '127.0.0.1', '1'),
      end: (redis) => redis.call('REPLICAOF', 'NO', 'ONE'),
    },
  ],
]

/** From the moment in which Redis takes writes again. */
const SOON_MS = 10_000

async function startServer(): Promise<{ url: string; admin: Redis }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dispatcher-redis-'))
  mkdirSync(join(dataDir, 'dump.rdb'))
  const server = await startRedis({ dataDir, args: ['--dbfilename', 'dump.rdb'] })
  onTestFinished(async () => {
    await server.kill()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { url: server.url, admin: useRedis(server.url) }
}

describe.each(refusals)('redis that is %s', (_name, refusal) => {
  it(
    'costs time alone, whatever step it meets: what Infobip answered is written down afterwards, and nothing is sent twice',
    { timeout: PATIENCE_MS },
    async () => {
      const { url: redisUrl, admin } = await startServer()
      const infobip = await useInfobip()
      const stage = await useStage({ tenants: { acme: infobip.url }, redisUrl })
      const dispatcher = await stage.start()
      const readiness = async (): Promise<number> => (await fetch(`${dispatcher.url}/readyz`)).status
      await stage.send([stage.text('acme', { id: 'before' })])
      await stage.outcomesOf(['before'])
      expect(await readiness()).toBe(200)

      // These are with Infobip when it begins: one is taken, one throttled, one refused, and of one the answer is lost. Logs
      // show nothing of a quote, so that what is not written down would be sent again.
      const open = ['taken', 'throttled', 'refused', 'lost']
      const here: string[] = []
      const begun = Promise.withResolvers<void>()
      infobip.onSend = async (request) => {
        if (here.length === open.length) return undefined
        here.push(request.text ?? '')
        if (here.length === open.length) begun.resolve()
        await begun.promise
        await refused
        if (request.text === 'throttled') return { status: 429, headers: { 'retry-after': '1' } }
        if (request.text === 'refused')
          return {
            status: 400,
            body: { requestError: { serviceException: { messageId: 'BAD_REQUEST', text: 'Bad Request' } } },
          }
        const reply = infobip.accept(request)
        return request.text === 'lost' ? 'drop' : reply
      }
      infobip.logsShow = () => false
      const refused = begun.promise.then(() => refusal.begin(admin))
      const replyTo = { messageId: 'wamid.1' }
      await stage.send(open.map((id) => stage.text('acme', { id, text: id, ...(id === 'lost' ? {} : { replyTo }) })))
      await refused
      await stage.send(['later-1', 'later-2'].map((id) => stage.text('acme', { id, text: id })))
      await waitUntil(async () => (await readiness()) === 503)
      // Each of them has met it: the answers and the claims of those that come later.
      await waitUntil(() => dispatcher.logs.some((line) => line.includes('[redis]')))
      expect(stage.outcomes().map(({ commandId }) => commandId)).toEqual(['before'])
      expect(infobip.sends().map(({ text }) => text)).not.toContain('later-1')

      infobip.logsShow = () => true
      await refusal.end(admin)
      const endedAt = performance.now()
      const outcomes = await stage.outcomesOf([...open, 'later-1', 'later-2'])
      expect(performance.now() - endedAt).toBeLessThan(SOON_MS)
      expect(new Map(outcomes.map(({ commandId, how }) => [commandId, how]))).toEqual(
        new Map([...open, 'later-1', 'later-2'].map((id) => [id, id === 'refused' ? 'rejected' : 'accepted'])),
      )
      const times = (id: string): number => infobip.sends().filter(({ text }) => text === id).length
      expect([...open, 'later-1', 'later-2'].map(times)).toEqual([1, 2, 1, 1, 1, 1])
      expect(stage.deadLetters()).toHaveLength(1)
      await waitUntil(async () => (await readiness()) === 200)
    },
  )
})
