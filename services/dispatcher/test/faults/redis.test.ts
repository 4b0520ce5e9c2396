import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageIdOf } from '@imchannel/events'
import { groupOffsets, topicOffsets } from '@imchannel/kafka'
import { startRedis } from '@imchannel/local-stack'
import type { LocalServer } from '@imchannel/local-stack'
import type { LocalRedis } from '@imchannel/local-stack'
import { uniqueNumber, waitUntil } from '@imchannel/testkit'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS, useInfobip, useRedis, useStage } from '../support/harness.ts'
import type { ScriptedInfobip } from '../support/scripted-infobip.ts'
import type { Stage } from '../support/stage.ts'

let redis: LocalRedis
let dataDir: string

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'dispatcher-redis-'))
  redis = await startRedis({ dataDir })
  // Not `afterEach`, which would take it away from a stage that still runs.
  onTestFinished(async () => {
    await redis.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
})

function commandsOf(stage: Stage, count: number, over = 10) {
  const customers = Array.from({ length: over }, () => uniqueNumber())
  return Array.from({ length: count }, (_, index) =>
    stage.text('acme', { id: `r-${index}`, to: customers[index % over] ?? '', text: String(index) }),
  )
}

const TOO_MANY = { status: 429, headers: { 'retry-after': '0' } }

const idsOf = (commands: readonly { id?: string | undefined }[]): string[] => commands.map(({ id }) => String(id))

/** Another process's ledger is what a second one meets: the first is killed with a window of which nothing is committed. */
async function killBehindAStuckOne(
  count: number,
  { over = 10, beforeWindow }: { over?: number; beforeWindow?: (stage: Stage) => Promise<void> } = {},
) {
  const infobip = await useInfobip()
  const stage = await useStage({
    tenants: { acme: infobip.url },
    redisUrl: redis.url,
    account: { unknownAfterMs: 1_000 },
  })
  // The first conversation is stuck, so nothing behind it is ever committed; the others are finished.
  const commands = commandsOf(stage, count, over)
  const stuck = String(commands[0]?.to)
  infobip.onSend = (request) => (request.to === stuck ? TOO_MANY : undefined)
  const first = await stage.spawn()
  await stage.send([stage.text('acme', { id: 'before' })])
  await stage.outcomesOf(['before'])
  await waitUntil(async () => (await commit(stage))?.offset === 1n)
  await beforeWindow?.(stage)
  await stage.send(commands)
  await stage.outcomesOf(idsOf(commands.filter((command) => command.to !== stuck)))
  return { infobip, stage, commands, first }
}

/** What the dispatcher has committed of its only partition. */
async function commit(stage: Stage) {
  const { outbound } = stage.topics
  return (await groupOffsets(stage.client, groupId(stage), [outbound])).get(outbound)?.[0]
}

function groupId(stage: Stage): string {
  return `${stage.topics.outbound.replace('.outbound', '')}.dispatcher`
}

/** All of the window was sent once, and asked about before that. */
async function expectWindowAskedFor(
  stage: Stage,
  infobip: ScriptedInfobip,
  commands: ReturnType<typeof commandsOf>,
): Promise<void> {
  const outcomes = await stage.outcomesOf(idsOf(commands))
  expect(outcomes.every((outcome) => outcome.how === 'accepted')).toBe(true)
  expect(infobip.accepted).toHaveLength(new Set(infobip.accepted).size)
  expect(infobip.accepted).toEqual(expect.arrayContaining(messageIdsOf(commands)))
  const asked = new Set(infobip.requests('/omni/1/logs').flatMap((request) => request.query.getAll('messageId')))
  for (const id of messageIdsOf(commands)) expect(asked).toContain(id)
}

const messageIdsOf = (commands: ReturnType<typeof commandsOf>): string[] =>
  commands.map(({ tenant, id }) => messageIdOf(tenant, String(id)))

/** Only who is killed needs a process of its own. */
async function untilSaid({ logs }: { logs: readonly string[] }, line: RegExp): Promise<void> {
  await waitUntil(() => logs.some((text) => line.test(text)), { what: String(line) })
}

async function flush(): Promise<void> {
  await useRedis(redis.url).flushall()
}

describe('redis-flushed', { timeout: PATIENCE_MS }, () => {
  it('asks about the window behind the committed offset before any of it is sent again', async () => {
    const { infobip, stage, commands, first } = await killBehindAStuckOne(40)
    await first.kill()
    await flush()

    const [head = ''] = messageIdsOf(commands)
    const earlier = infobip.sends().length
    let refusals = 3
    infobip.onSend = ({ messageId }) => (messageId === head && refusals-- > 0 ? TOO_MANY : undefined)
    const second = await stage.spawn()
    await second.line(/the ledger emptied.*counts as unknown/)
    expect(await (await fetch(`${second.url}/metrics`)).text()).toMatch(/^imchannel_ledger_losses_total(\{.*\})? 1$/m)
    await expectWindowAskedFor(stage, infobip, commands)
    expect(infobip.accepted).toHaveLength(41)
    // Once asked about, what becomes of it is known: being refused for a moment is no reason to ask and to wait again.
    const tries = infobip
      .sends()
      .slice(earlier)
      .filter(({ messageId }) => messageId === head)
    expect(tries).toHaveLength(4)
    const askedBetween = infobip
      .requests('/omni/1/logs')
      .filter(({ at, query }) => at > (tries[0]?.at ?? 0) && query.getAll('messageId').includes(head))
    expect(askedBetween).toEqual([])
  })

  it('asks also about what of the window is parked before anybody has looked at it', async () => {
    // Each copy that was not sent waits on its own until no request of it can be open: those of one conversation in turn.
    const { infobip, stage, commands, first } = await killBehindAStuckOne(40, { over: 20 })
    await first.kill()
    await flush()

    // With the first new command the key turns out to be refused: all goes to the parked topic, behind what was lost.
    let key = 'none is right'
    infobip.onSend = ({ authorization }) => (authorization === key ? undefined : { status: 401 })
    infobip.onOther = ({ authorization }) => (authorization === key ? undefined : { status: 401 })
    await untilSaid(await stage.start(), /the ledger emptied.*counts as unknown/)
    await stage.send([stage.text('acme', { id: 'after' })])
    const { id } = stage.tenant('acme')
    const parked = `${stage.topics.outbound}.parked.${id}`
    await waitUntil(async () => (await topicOffsets(stage.client, parked))[0]?.high === 41n)
    key = 'App the-new-key'
    stage.configure((config) => {
      const [account] = config.tenants[id]?.accounts ?? []
      if (account !== undefined) account.apiKey = 'the-new-key'
    })
    await expectWindowAskedFor(stage, infobip, commands)
    await stage.outcomesOf(['after'])
    expect(infobip.accepted).toHaveLength(42)
  })
})

describe('redis-rolled-back', { timeout: PATIENCE_MS }, () => {
  it('asks about the window behind the committed offset where Redis comes back with an older state', async () => {
    const backup = mkdtempSync(join(tmpdir(), 'dispatcher-redis-backup-'))
    onTestFinished(() => rmSync(backup, { recursive: true, force: true }))
    let beatThen = 0
    const { infobip, stage, commands, first } = await killBehindAStuckOne(40, {
      beforeWindow: async (stage) => {
        // Ended in order, so that its files have all that was written: a file up to Redis 6, a folder of files from 7 on.
        await redis.stop()
        cpSync(dataDir, backup, { recursive: true })
        redis = await startRedis({ dataDir, port: redis.port })
        const connection = useRedis(redis.url)
        beatThen = Number(await connection.hget(`imc:ledger:${groupId(stage)}`, 'beat'))
        await connection.quit()
      },
    })
    // A stuck conversation keeps the offset where it was, not the beat that is kept with it.
    const keptBeat = async (): Promise<number> => Number((await commit(stage))?.metadata.split(' ')[1])
    await waitUntil(async () => (await keptBeat()) > beatThen)
    expect((await commit(stage))?.offset).toBe(1n)
    await first.kill()
    await redis.kill()
    rmSync(dataDir, { recursive: true })
    cpSync(backup, dataDir, { recursive: true })
    redis = await startRedis({ dataDir, port: redis.port })

    infobip.onSend = () => undefined
    await untilSaid(await stage.start(), /the ledger replaced.*counts as unknown/)
    await expectWindowAskedFor(stage, infobip, commands)
    expect(infobip.accepted).toHaveLength(41)
  })
})

describe('redis-flushed with a window in flight', { timeout: PATIENCE_MS }, () => {
  it('and one of two instances dead: nothing of the window is sent before Infobip was asked, and nothing twice', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      redisUrl: redis.url,
      partitions: 4,
      account: { unknownAfterMs: 1_000 },
      sender: { messagesPerSecond: 50 },
    })
    let open = 0
    infobip.onSend = async (request) => {
      open++
      const reply = infobip.accept(request)
      await new Promise((resolve) => setTimeout(resolve, 100))
      open--
      return reply
    }
    const victim = await stage.spawn()
    const survivor = await stage.start()
    // Both have their partitions once the later one sends: what a former owner still does in them is another story.
    const first: ReturnType<typeof commandsOf> = []
    await waitUntil(async () => {
      const commands = commandsOf(stage, 4, 4).map((command, at) => ({ ...command, id: `first-${first.length + at}` }))
      first.push(...commands)
      for (const command of commands) await stage.send([command], { key: String(command.to) })
      return survivor.logs.some((text) => text.includes('[sendMessage] request to'))
    })
    await stage.outcomesOf(idsOf(first))
    const firstSends = infobip.accepted.length
    const accepted = (): string[] => infobip.accepted.slice(firstSends)

    const commands = commandsOf(stage, 200, 20)
    for (const command of commands) await stage.send([command], { key: String(command.to) })
    await waitUntil(() => accepted().length > 40 && open > 0)
    const sentBefore = new Set(infobip.accepted)
    const connection = useRedis(redis.url)
    await Promise.all([victim.kill(), connection.flushall()])
    const flushedAt = performance.now()
    await untilSaid(survivor, /the ledger emptied.*counts as unknown/)

    const outcomes = await stage.outcomesOf(idsOf(commands))
    expect(outcomes.every((outcome) => outcome.how === 'accepted')).toBe(true)
    expect(accepted()).toHaveLength(200)
    expect(new Set(accepted()).size).toBe(200)
    // A claim and its request leave no time for a question: those that were being made when the ledger went are the rest.
    const asked = new Set(infobip.requests('/omni/1/logs').flatMap((request) => request.query.getAll('messageId')))
    const unasked = infobip
      .sends()
      .filter(({ messageId = '', at }) => at > flushedAt + 1_000 && !sentBefore.has(messageId) && !asked.has(messageId))
    expect(unasked).toEqual([])
  })
})

describe('redis that forgets one send alone', { timeout: PATIENCE_MS }, () => {
  it('makes no second request of it while its outcome is unknown: who waits for it remembers', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      redisUrl: redis.url,
      account: { unknownAfterMs: 60_000 },
    })
    let shown = false
    infobip.logsShow = () => shown
    infobip.onSend = (request) => {
      infobip.accept(request)
      return 'drop'
    }
    await stage.start()
    await stage.send([stage.text('acme', { id: 'forgotten' })])
    const questions = () => infobip.requests('/omni/1/logs').length
    await waitUntil(() => questions() > 0)
    const connection = useRedis(redis.url)
    // As a master has it that missed the last writes: the ledger's heartbeat is there.
    const keys = await connection.keys(`imc:s:${stage.tenant('acme').id}:*`)
    expect(await connection.del(...keys)).toBe(1)
    const before = questions()
    await waitUntil(() => questions() > before)
    shown = true
    expect((await stage.outcomesOf(['forgotten']))[0]?.how).toBe('accepted')
    expect(infobip.sends()).toHaveLength(1)
  })
})

describe('redis without the replica that a claim waits for', { timeout: PATIENCE_MS }, () => {
  it('keeps commands waiting, says so, and they go on as soon as there is one', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      settings: { redis: { url: redis.url, waitReplicas: 1 } },
      account: { unknownAfterMs: 600_000 },
    })
    const startReplica = (): Promise<LocalServer> =>
      startRedis({
        dataDir: join(dataDir, 'replica'),
        args: ['--replicaof', '127.0.0.1', String(redis.port), '--repl-diskless-sync-delay', '0'],
      })
    // Without one it would not even begin: it could not know what Redis may have lost.
    const first = await startReplica()
    const { logs } = await stage.start()
    await first.kill()
    const commands = commandsOf(stage, 20)
    await stage.send(commands)
    await waitUntil(() => logs.some((line) => line.includes('0 of 1 replicas')))
    expect(infobip.sends()).toEqual([])
    const replica = await startReplica()
    // Nothing of what could not be claimed counts as a request that may be open.
    expect((await stage.outcomesOf(idsOf(commands))).every(({ how }) => how === 'accepted')).toBe(true)
    expect(infobip.requests('/omni/1/logs')).toEqual([])
    expect(infobip.accepted).toHaveLength(20)
    await replica.kill()
  })
})

describe('redis that may forget', { timeout: PATIENCE_MS }, () => {
  it('is told at the start, with what to set', async () => {
    const infobip = await useInfobip()
    const forgetful = await startRedis({
      dataDir: join(dataDir, 'forgetful'),
      args: ['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru'],
    })
    const stage = await useStage({ tenants: { acme: infobip.url }, redisUrl: forgetful.url })
    const dispatcher = await stage.start()
    expect(dispatcher.logs.filter((line) => /set it to noeviction|set appendonly yes/.test(line))).toHaveLength(2)
    await dispatcher.stop()
    await forgetful.kill()
  })
})

describe('redis away', { timeout: PATIENCE_MS }, () => {
  it('costs time and no message: the dispatcher waits, says so, and goes on', async () => {
    const infobip = await useInfobip()
    const stage = await useStage({ tenants: { acme: infobip.url }, redisUrl: redis.url })
    const { url, logs } = await stage.start()
    const commands = commandsOf(stage, 60)
    await stage.send(commands.slice(0, 20))
    await stage.outcomesOf(idsOf(commands.slice(0, 20)))
    redis.freeze()
    await waitUntil(async () => (await fetch(`${url}/readyz`)).status === 503)
    await stage.send(commands.slice(20, 40))
    redis.thaw()
    await stage.outcomesOf(idsOf(commands.slice(0, 40)))

    const { port } = redis
    await redis.kill()
    await stage.send(commands.slice(40))
    await waitUntil(() => logs.some((line) => line.includes('[redis]')))
    redis = await startRedis({ dataDir, port })
    await stage.outcomesOf(idsOf(commands))
    expect(infobip.accepted).toHaveLength(60)
    expect(new Set(infobip.accepted).size).toBe(60)
    await waitUntil(async () => (await fetch(`${url}/readyz`)).status === 200)
  })
})
