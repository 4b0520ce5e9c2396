import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout, freePorts, startRedis } from '@imchannel/local-stack'
import {
  collectRecords,
  redisTlsArgs,
  selfSignedCert,
  startRedisCluster,
  startRedisFailover,
  startTestSystem,
  uniqueName,
  uniqueNumber,
  waitUntil,
  type RecordCollector,
  type TestSystem,
} from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest'

/** The rules that docs/operations.md lists, as a file for `aclfile`. */
const ACL = await readFile(new URL('../../../infra/redis/users.acl', import.meta.url), 'utf8')
/** Who starts and looks after the servers here; the services are not it. */
const ADMIN = { username: 'admin', password: 'change-me-admin' }

let folder: string
let tls: { certFile: string; keyFile: string; aclFile: string; cert: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-redis-'))
  const { cert, key } = selfSignedCert()
  tls = { certFile: join(folder, 'cert'), keyFile: join(folder, 'key'), aclFile: join(folder, 'users.acl'), cert }
  await writeFile(tls.certFile, cert)
  await writeFile(tls.keyFile, key)
  await writeFile(tls.aclFile, `${ACL}user ${ADMIN.username} on >${ADMIN.password} ~* &* +@all\n`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const SERVICES = ['ingress', 'dispatcher', 'media-server'] as const

/** The environment in which each service is its own user of Redis. */
function eachItsOwnUser(env: (user: string, password: string) => Readonly<Record<string, string>>) {
  return Object.fromEntries(
    SERVICES.map((service) => [service, env(`imchannel-${service}`, `change-me-${service}`)]),
  ) as Record<(typeof SERVICES)[number], Readonly<Record<string, string>>> // one entry for each of them
}

/** Last come, first gone: no service is left without its Redis. */
function endsAfterTheTest<T extends AsyncDisposable>(resource: T): T {
  onTestFinished(async () => resource[Symbol.asyncDispose]())
  return resource
}

interface Shown {
  readonly messageId: string
  readonly state: string
  readonly fetches?: readonly { method: string; sha256?: string }[]
}

interface Conversation {
  readonly system: TestSystem
  readonly status: RecordCollector
  readonly inbound: RecordCollector
  /** A customer and a bot talk, with pictures both ways; every claim, report and fetch is counted. Gives the customer. */
  readonly talk: () => Promise<string>
}

const OUTCOMES = ['message.accepted', 'message.delivery', 'message.seen']

/** Types of the events about a command, in the alphabet's order. */
function typesAbout(commandId: string, { records }: RecordCollector): string[] {
  const types = records.flatMap(({ headers, value }) => {
    const data = JSON.parse(String(value)) as { commandId?: string; commandIds?: string[] } // as the contract has them
    const isAbout = data.commandId === commandId || data.commandIds?.includes(commandId) === true
    return isAbout ? [headers['ce_type']?.replace(/^imchannel\.|\.v1$/g, '') ?? ''] : []
  })
  return types.toSorted((one, other) => one.localeCompare(other))
}

async function start(options: Parameters<typeof startTestSystem>[0]): Promise<Conversation> {
  const system = endsAfterTheTest(
    await startTestSystem({ emulator: { behaviour: { sessionWindow: 'off' } }, ...options }),
  )
  onTestFailed(() => void process.stderr.write(system.outputs()))
  const { topicPrefix, brokers, tenant, number } = system
  const inbound = endsAfterTheTest(await collectRecords(brokers, [`${topicPrefix}.inbound`]))
  const status = endsAfterTheTest(await collectRecords(brokers, [`${topicPrefix}.status`]))

  async function botSends(customer: string, content: object): Promise<string> {
    const id = uniqueName('command')
    await system.botSends([{ value: { id, tenant, from: number, to: customer, content } }])
    return id
  }

  async function talk(): Promise<string> {
    const customer = uniqueNumber()
    const picture = pictureOf(300_000)
    const { id: mediaId } = await upload(system, picture)
    const text = await botSends(customer, { type: 'text', text: 'Hello' })
    const image = await botSends(customer, { type: 'image', media: { id: mediaId } })
    const shown = await waitUntil(async () => {
      const { messages } = await system.ask<{ messages: Shown[] }>(`messages?customer=${customer}`)
      return messages.length === 2 && messages.every(({ state }) => state === 'seen') ? messages : undefined
    })
    const fetched = shown.flatMap(({ fetches = [] }) => fetches)
    expect(fetched.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
    expect(fetched[1]?.sha256).toBe(createHash('sha256').update(picture).digest('hex'))
    // Reports find the command by the ledger; each comes once.
    await waitUntil(() => typesAbout(text, status).length >= 3 && typesAbout(image, status).length >= 5)
    expect(typesAbout(text, status)).toEqual(OUTCOMES)
    expect(typesAbout(image, status)).toEqual(['media.fetched', 'media.fetched', ...OUTCOMES])

    const image64 = { base64: picture.toString('base64'), contentType: 'image/png' }
    await system.customerWrites({ from: customer, userId: `IT.${customer}`, image: image64 })
    const received = await waitUntil(() => inbound.records.find(({ key }) => key?.endsWith(customer)))
    const { content } = JSON.parse(String(received.value)) as { content: { media: { url: string } } }
    for (const method of ['HEAD', 'GET']) {
      const response = await fetch(content.media.url, { method })
      expect([response.status, response.headers.get('content-length')]).toEqual([200, String(picture.length)])
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(bytes.equals(method === 'GET' ? picture : Buffer.alloc(0))).toBe(true)
    }
    return customer
  }
  return { system, status, inbound, talk }
}

async function upload(system: TestSystem, bytes: Buffer): Promise<{ status: number; id: string }> {
  const response = await fetch(`${system.urls['media-server']}/${system.tenant}/imchannel/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.mediaToken}`, 'content-type': 'image/png' },
    body: new Uint8Array(bytes),
  })
  return { status: response.status, id: ((await response.json()) as { id: string }).id }
}

/**
 * `imchannel forget`, as a process that is the command line's user of Redis, of a customer of `talk`: a text and a picture
 * sent, the link to the BSUID, a picture that came and was read.
 */
async function forget(system: TestSystem, customer: string, env: Readonly<Record<string, string>>): Promise<void> {
  async function run(...options: string[]): Promise<Record<string, unknown>> {
    const program = `${checkout}packages/cli/src/main.ts`
    const args = ['--config', system.configFile, 'forget', system.tenant, customer, '--json', ...options]
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
    })
    return JSON.parse(stdout) as Record<string, unknown> // the command's own line
  }
  // Ingress writes the link once Kafka has the message.
  await waitUntil(async () => (await run('--no-kafka'))['aliases'] === 1, { what: 'ingress knows the BSUID' })
  const media = [expect.any(String)]
  expect(await run('--yes')).toMatchObject({ done: true, ledger: 2, aliases: 1, media, inboundMedia: 1 })
}

test('over TLS, each service as a user with the least privileges, everything works and nothing is denied', async () => {
  const [tlsPort = 0] = await freePorts(1)
  const server = endsAfterTheTest(
    await startRedis({
      dataDir: join(folder, 'single'),
      args: [...redisTlsArgs(tlsPort, tls), '--aclfile', tls.aclFile],
    }),
  )
  const admin = new Redis(server.url, ADMIN)
  onTestFinished(() => admin.disconnect())
  const { system, talk, status } = await start({
    redis: { url: `rediss://127.0.0.1:${tlsPort}`, tls: { ca: tls.cert } },
    partEnv: eachItsOwnUser((user, password) => ({ REDIS_URL: `rediss://${user}:${password}@127.0.0.1:${tlsPort}` })),
    settings: { mediaBudget: '2MB' },
  })
  const talked = await talk()
  // What a conversation does not touch: signals, a throttled account, a full budget, removal, a scrape, a customer without a number.
  const { tenant, number } = system
  const customer = uniqueNumber()
  const url = `${system.urls['media-server']}/${tenant}/imchannel`
  expect(await upload(system, pictureOf(2_500_000))).toMatchObject({ status: 507 })
  const { id } = await upload(system, pictureOf(1_000))
  const authorization = `Bearer ${system.mediaToken}`
  expect((await fetch(`${url}/media/${id}`, { method: 'DELETE', headers: { authorization } })).status).toBe(204)
  expect(await (await fetch(`${system.urls['media-server']}/metrics`)).text()).toContain('imchannel_media_stored')
  await system.customerWrites({ from: customer, userId: `IT.${customer}`, text: 'Who I am' })
  await system.customerWrites({ userId: `IT.${customer}`, text: 'Who I was' })
  await system.tell('faults', { action: 'throttle', api: 'send', retryAfterSeconds: 10, count: 1 })
  const to = { tenant, from: number, to: customer }
  const [typing, throttled] = [uniqueName('typing'), uniqueName('throttled')]
  await system.botSends([
    { value: { id: typing, type: 'imchannel.typing.start.v1', ...to } },
    { value: { id: throttled, ...to, content: { type: 'text', text: 'Later' } } },
  ])
  // It is gone when the account may be asked again.
  await waitUntil(async () => (await admin.keys('imc:r:*')).length > 0, { what: 'the throttle is in Redis' })
  await waitUntil(() => status.records.some(({ value }) => JSON.parse(String(value)).commandId === throttled))
  const keys = await admin.keys('*')
  for (const prefix of ['IMChannel:MultimediaMessage:', 'imc:alias:', 'imc:inbound:', 'imc:s:', 'imc:seen:'])
    expect(
      keys.some((key) => key.startsWith(prefix)),
      prefix,
    ).toBe(true)
  await forget(system, talked, { REDIS_URL: `rediss://imchannel-cli:change-me-cli@127.0.0.1:${tlsPort}` })
  expect(await admin.acl('LOG')).toEqual([])
})

/** A PNG by its first bytes, of this size. */
function pictureOf(bytes: number): Buffer {
  const picture = Buffer.alloc(bytes, 0x20)
  picture.write('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049444154', 'hex')
  return picture
}

test('a user of one service has no access to what is another’s', async () => {
  await using server = await startRedis({ dataDir: join(folder, 'denied'), args: ['--aclfile', tls.aclFile] })
  const as = (service: string) => {
    const redis = new Redis(server.url, { username: `imchannel-${service}`, password: `change-me-${service}` })
    onTestFinished(() => redis.disconnect())
    return redis
  }
  const denied = [
    as('ingress').get('IMChannel:MultimediaMessage:x'),
    as('ingress').get('imc:ledger:x'),
    as('media-server').get('imc:s:x'),
    as('media-server').get('imc:alias:x'),
    as('dispatcher').get('imc:seen:x'),
    ...SERVICES.flatMap((service) => [as(service).keys('*'), as(service).flushall(), as(service).config('GET', '*')]),
  ]
  const outcomes = await Promise.allSettled(denied)
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual(
    denied.map(() => expect.stringContaining('NOPERM')),
  )
})

test('behind Sentinel, everything works, and again after a failover', async () => {
  const failover = endsAfterTheTest(await startRedisFailover({ replicas: 1, lagMs: 0 }))
  const { talk } = await start({ redis: { sentinel: failover.settings } })
  await talk()
  await failover.failOver()
  await talk()
})

test('on a cluster, over TLS and with the same users, everything works and nothing is denied', async () => {
  const cluster = endsAfterTheTest(await startRedisCluster({ tls, args: ['--aclfile', tls.aclFile], admin: ADMIN }))
  const { system, talk } = await start({
    redis: {
      cluster: { nodes: cluster.nodes, username: '${REDIS_USER}', password: '${REDIS_PASSWORD}' },
      tls: { ca: tls.cert },
    },
    partEnv: eachItsOwnUser((user, password) => ({ REDIS_USER: user, REDIS_PASSWORD: password })),
  })
  const env = { REDIS_USER: 'imchannel-cli', REDIS_PASSWORD: 'change-me-cli' }
  await forget(system, await talk(), env)
  await talk()
  const used = await Promise.all(
    cluster.servers.map(async ({ url }) => {
      const admin = new Redis(url, ADMIN)
      onTestFinished(() => admin.disconnect())
      expect(await admin.acl('LOG')).toEqual([])
      return admin.dbsize()
    }),
  )
  expect(used.every((keys) => keys > 0)).toBe(true)
})
