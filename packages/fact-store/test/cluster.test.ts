import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRedis, type RedisClient } from '@imchannel/redis'
import { startRedisCluster, uniqueNumber, type RedisCluster } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ANY_NUMBER, createConsentCopy, createFactStore, createWindowReading } from '../src/index.ts'

const ADMIN = { username: 'admin', password: 'change-me-admin' }
const prefix = `test-${randomUUID()}`
const now = Date.now()
const HOUR = 3_600_000

let cluster: RedisCluster
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fact-store-'))
  const users = await readFile(new URL('../../../infra/redis/users.acl', import.meta.url), 'utf8')
  const aclFile = join(folder, 'users.acl')
  await writeFile(aclFile, `${users}user ${ADMIN.username} on >${ADMIN.password} ~* &* +@all\n`)
  cluster = await startRedisCluster({ args: ['--aclfile', aclFile], admin: ADMIN })
})

afterAll(async () => {
  await cluster[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** A service as the user that `infra/redis/users.acl` gives it. */
function as(service: string): RedisClient {
  const credentials = { username: `imchannel-${service}`, password: `change-me-${service}` }
  const redis = createRedis(
    { cluster: { nodes: cluster.nodes, ...credentials } },
    { name: 'test', onError: () => undefined },
  )
  onTestFinished(() => redis.disconnect())
  return redis
}

test('on a cluster, each service with the rights of users.acl alone, facts are written, read and followed', async () => {
  const dispatcher = as('dispatcher')
  const facts = createFactStore(dispatcher, { prefix })
  const windows = createWindowReading(dispatcher, { prefix })
  // So many numbers that their facts lie on all servers.
  const tenant = `acme-${randomUUID().slice(0, 8)}`
  const customers = Array.from({ length: 48 }, () => ({ business: uniqueNumber(), name: uniqueNumber() }))
  const owner = randomUUID()
  expect(await windows.lease(owner, 60_000)).toMatchObject({ isMine: true })
  const places = new Map([['inbound:0', 0]])
  await windows.begin({ from: now - 200 * HOUR, places })
  expect(await windows.parts()).not.toContain(undefined)
  const { now: endsTakenAt } = await windows.lease(owner, 60_000)
  const sightings = customers.slice(0, 24).map(({ business, name }) => {
    return { tenant, business, names: [name, `PT.${name}`], state: { openedAt: now - HOUR } }
  })
  expect(await windows.advance({ sightings, base: places, next: new Map([['inbound:0', 24]]), endsTakenAt })).toBe(
    'taken',
  )
  expect(await windows.advance({ sightings: [], base: new Map([['inbound:0', 99]]), next: new Map() })).toBe('taken')

  const ingress = as('ingress')
  await createFactStore(ingress, { prefix }).widenWindows(
    customers.slice(24).map(({ business, name }) => {
      return { tenant, business, names: [name], state: { openedAt: now - 2 * HOUR } }
    }),
  )
  const record = { source: 'whatsapp', state: 'optedOut', scope: 'marketing', since: now } as const
  await createConsentCopy(ingress, { prefix }).put(customers.map((one) => ({ tenant, ...one, record })))
  const copy = createConsentCopy(dispatcher, { prefix })
  const blocked = { source: 'blocklist', state: 'optedOut', scope: 'all', since: now } as const
  await copy.put(customers.map(({ name }) => ({ tenant, business: ANY_NUMBER, name, record: blocked })))
  expect(await copy.markRead(new Map([[0, 7]]), await copy.readTo())).toBe(true)
  expect((await copy.readTo()).offsets).toEqual(new Map([[0, 7]]))

  for (const [at, { business, name }] of customers.entries()) {
    const read = await facts.read({ tenant, from: business, to: [at < 24 ? `PT.${name}` : name] })
    expect(read.window).toEqual({ openedAt: now - (at < 24 ? 1 : 2) * HOUR })
    expect(read.coverage).toEqual({ from: now - 200 * HOUR, endsTakenAt })
  }
  const { business = '', name = '' } = customers[0] ?? {}
  const { consent } = await facts.read({ tenant, from: business, to: [name] })
  expect(consent.toSorted((one, other) => one.source.localeCompare(other.source))).toEqual([blocked, record])

  const tool = createFactStore(as('cli'), { prefix })
  const found = await tool.findWindows(tenant, [name, `PT.${name}`])
  expect(found).toHaveLength(2)
  await tool.forgetWindows(found)
  expect((await facts.read({ tenant, from: business, to: [name] })).window).toEqual({})
  await windows.release(owner)

  for (const { url } of cluster.servers) {
    const admin = new Redis(url, ADMIN)
    onTestFinished(() => admin.disconnect())
    expect(await admin.acl('LOG')).toEqual([])
    expect(await admin.dbsize()).toBeGreaterThan(0)
  }
})
