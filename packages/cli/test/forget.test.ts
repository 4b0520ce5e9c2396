import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics as topicsOf } from '@imchannel/events'
import { createFactStore } from '@imchannel/fact-store'
import { type LocalRedis, startRedis } from '@imchannel/local-stack'
import { createPendingMedia } from '@imchannel/media-store'
import { createRedis, type RedisClient } from '@imchannel/redis'
import {
  collectRecords,
  type RecordCollector,
  startTestSystem,
  type TestSystem,
  testStack,
  uniqueName,
  uniqueNumber,
  waitUntil,
} from '@imchannel/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callCli } from './support/call-cli.ts'
import { createRedisUser, type RedisUser } from './support/redis-user.ts'

/** 1 × 1 pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let system: TestSystem
let folder: string
let server: LocalRedis
let redis: RedisClient
let redisUser: RedisUser
let inbound: RecordCollector

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-forget-'))
  // One of its own: all of it is read.
  server = await startRedis({ dataDir: join(folder, 'redis') })
  redisUser = await createRedisUser(server.url)
  system = await startTestSystem({ brokers: testStack().brokers, redisUrl: server.url })
  // A limit for each pair of numbers writes them into keys of its own.
  const config = await readFile(system.configFile, 'utf8')
  await writeFile(
    system.configFile,
    config
      .replace('"scenarioKey"', '"pairPerSecond":20,"scenarioKey"')
      .replace('"mediaSecrets"', '"conversationLimit":100,"forgetSecret":"forgets-in-this-test-0123","mediaSecrets"'),
  )
  await system.process('dispatcher').line('configuration changed')
  redis = createRedis({ url: server.url }, { name: 'forget-test', onError: () => undefined })
  inbound = await collectRecords(system.brokers, [topicsOf(system.topicPrefix).inbound])
})

afterAll(async () => {
  redis?.disconnect()
  await inbound?.[Symbol.asyncDispose]()
  await system?.[Symbol.asyncDispose]()
  await server?.kill()
  await rm(folder, { recursive: true, force: true })
})

const cli = (...args: string[]) =>
  callCli(['--config', system.configFile, ...args], { env: { REDIS_URL: redisUser.url } })

/** Every key, and every field and value of it, as text: whatever the type. */
async function everything(): Promise<{ key: string; text: string }[]> {
  const found: { key: string; text: string }[] = []
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1_000)
    cursor = next
    for (const key of keys) found.push({ key, text: `${key} ${await readWhole(key)}` })
  } while (cursor !== '0')
  return found
}

async function readWhole(key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? ''
    case 'hash':
      return JSON.stringify(await redis.hgetall(key))
    case 'zset':
      return (await redis.zrange(key, '0', '-1')).join(' ')
    case 'set':
      return (await redis.smembers(key)).join(' ')
    case 'list':
      return (await redis.lrange(key, 0, -1)).join(' ')
    // It has expired since, and holds nothing any more.
    case 'none':
      return ''
    default:
      throw new Error(`${key} is of a type that this test cannot read`)
  }
}

/** Keys in which one of the names stands. */
async function mentions(...names: string[]): Promise<string[]> {
  const all = await everything()
  return all.filter(({ text }) => names.some((name) => text.includes(name))).map(({ key }) => key)
}

test('after forget no key of Redis holds a customer’s number, user id, name or words, whatever the services wrote there', async () => {
  const { tenant, number, urls } = system
  const [customer, other] = [uniqueNumber(), uniqueNumber()]
  const [name, words] = [uniqueName('Teresa'), uniqueName('private')]
  const bsuid = `PT.${uniqueNumber()}`
  const who = [customer, bsuid, name, words]

  // What the customer writes, with a picture that a bot reads, so that the media-server keeps a copy of it.
  await system.customerWrites({ from: customer, userId: bsuid, name, text: words })
  await system.customerWrites({
    from: customer,
    userId: bsuid,
    name,
    image: { base64: PNG.toString('base64'), contentType: 'image/png', caption: words },
  })
  const picture = await pictureOf(customer)
  expect((await fetch(picture.link)).status).toBe(200)
  await system.customerWrites({ from: other, text: 'Hello' })
  // As where Infobip could not be asked for it yet; one of the other's stays.
  const pending = createPendingMedia(redis)
  const waiting = { tenant, sender: number, url: picture.url, expiresAt: 9_999_999_999 }
  const others = { ...waiting, url: `${picture.url}-of-another` }
  for (const one of [waiting, others]) await pending.add(one, 9_999_999_999_999)

  // What goes to the customer: texts with words of their own, a picture of theirs, one that went to another first.
  const file = join(folder, `${words}.png`)
  await writeFile(file, PNG)
  expect((await cli('send', 'text', words, '--to', customer, '--id', `${words}-1`, '--wait', 'seen')).code).toBe(0)
  expect((await cli('send', 'image', file, '--to', customer, '--caption', words, '--wait')).code).toBe(0)
  const leaflet = join(folder, 'leaflet.png')
  await writeFile(leaflet, PNG)
  const [shared] = (await cli('media', 'put', leaflet, '--json')).json<{ id: string }>()
  const sharedId = shared?.id ?? ''
  for (const to of [other, customer])
    expect((await cli('send', 'image', sharedId, '--to', to, '--id', `leaflet-${to}`, '--wait')).code).toBe(0)
  // One that is refused, whose reason is kept until it is reported.
  await system.tell('faults', { action: 'reject', statusId: 8, to: customer, count: 1 })
  expect((await cli('send', 'text', words, '--to', customer, '--wait')).code).toBe(1)
  await system.botSends([{ value: { type: 'imchannel.typing.start', tenant, from: number, to: customer } }])
  await waitUntil(async () => (await redis.get(`imc:alias:${tenant}:${number}:${bsuid}`)) === customer, {
    what: 'ingress knows the BSUID',
  })

  expect((await cli('consent', 'set', customer, 'optedOut', '--reason', words)).code).toBe(0)
  await waitUntil(async () => (await mentions(customer)).some((key) => key.includes(':c:')), { what: 'Redis has it' })

  await waitUntil(async () => (await mentions(customer)).filter((key) => key.startsWith('imc:s:')).length === 5, {
    what: 'the ledger has all five',
  })

  expect((await mentions(customer)).some((key) => key.includes(':l:'))).toBe(true)
  // The test is worth something only where there is something to find.
  const before = await mentions(...who)
  expect(new Set(before.map((key) => key.split(':').slice(0, 2).join(':')))).toEqual(
    new Set(['imc:s', 'imc:alias', 'imc:f', 'IMChannel:MultimediaMessage']),
  )

  const { code, json, err } = await cli('forget', tenant, customer, '--yes', '--json')
  expect(code, err).toBe(0)
  const [report] = json<{ kafka: { topic: string }[] }>()
  expect(report).toMatchObject({
    done: true,
    open: 0,
    ledger: 5,
    aliases: 1,
    windows: 2,
    inboundMedia: 1,
    pendingMedia: 1,
  })
  expect(report).toMatchObject({ sharedMedia: [sharedId] })
  expect(await pending.all()).toEqual([others])
  expect(report?.kafka.map(({ topic }) => topic.split('.').slice(1).join('.'))).toEqual(
    expect.arrayContaining(['inbound', 'status', 'outbound', 'outbound.deadletter']),
  )
  // A window of the pair's limit is gone within a second of itself.
  await waitUntil(async () => (await mentions(...who)).every((key) => !key.startsWith('imc:r')))
  // The opt-out alone, under both names.
  const isOptOut = (key: string): boolean => key.includes(`:c:${tenant}:-:`)
  await waitUntil(async () => (await mentions(...who)).every(isOptOut), { what: 'nothing but the opt-out is left' })
  await optedOutAs(customer, bsuid)
  expect(report).toMatchObject({ rebuilt: true, optOuts: 2 })
  // The other's data stay, and so does the picture that went to both.
  expect((await fetch(`${urls['media-server']}/${tenant}/imchannel/getImageMessage/${sharedId}`)).status).toBe(200)
  expect((await mentions(other)).length).toBeGreaterThan(0)
  expect(await redisUser.denied()).toEqual([])

  // Kafka still has it all, and Redis begins anew.
  await redis.flushall()
  await system.customerWrites({ from: other, text: 'Hello again' })
  await waitUntil(async () => (await mentions(other)).some((key) => key.includes(':w:')), { what: 'windows are back' })
  await optedOutAs(customer, bsuid)
  await windowsAreRead()
  expect((await mentions(...who)).filter((key) => !isOptOut(key))).toEqual([])
  expect(await mentions(name, words)).toEqual([])

  // Who did it, and of whom by no name.
  const audit = await collectRecords(system.brokers, [topicsOf(system.topicPrefix).audit])
  await waitUntil(() => audit.records.length === 2)
  await audit[Symbol.asyncDispose]()
  const events: unknown[] = audit.records.map(({ value }) => JSON.parse(value?.toString() ?? '{}'))
  expect(events).toMatchObject([
    { action: 'consent', via: 'command line' },
    { action: 'forget', outcome: 'forgotten', via: 'command line' },
  ])
  expect(who.filter((one) => JSON.stringify(events).includes(one))).toEqual([])
})

/** Each name is opted out, with no more than that. */
async function optedOutAs(...names: string[]): Promise<void> {
  const facts = createFactStore(redis, { prefix: system.topicPrefix })
  for (const to of names)
    await waitUntil(
      async () => {
        const { consent } = await facts.read({ tenant: system.tenant, from: system.number, to: [to] })
        return consent.length === 1 && consent[0]?.state === 'optedOut' && consent[0].source === 'command'
      },
      { what: `the opt-out stands under ${to}` },
    )
}

/** All that Kafka had at this moment is read. */
async function windowsAreRead(): Promise<void> {
  const facts = createFactStore(redis, { prefix: system.topicPrefix })
  const read = () => facts.read({ tenant: system.tenant, from: system.number, to: ['1'] })
  const { readAt } = await read()
  await waitUntil(async () => ((await read()).coverage?.endsTakenAt ?? 0) > readAt, { what: 'windows are read' })
}

/** The picture that a customer sent: Infobip's URL of it, and the media-server's link to it. */
async function pictureOf(customer: string): Promise<{ url: string; link: string }> {
  let content: { url?: string; media?: { url: string } } | undefined
  await waitUntil(
    () => {
      const events = inbound.records.map(
        ({ value }) =>
          JSON.parse(value?.toString() ?? '{}') as {
            from?: string
            content?: { url?: string; media?: { url: string } }
          }, // message.received
      )
      content = events.find((event) => event.from === customer && event.content?.media !== undefined)?.content
      return content !== undefined
    },
    { what: 'the event with the picture' },
  )
  return { url: content?.url ?? '', link: content?.media?.url ?? '' }
}
