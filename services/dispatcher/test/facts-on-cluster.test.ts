import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTopics } from '@imchannel/kafka'
import { spawnService, startRedisCluster, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { PATIENCE_MS, useInfobip, useStage } from './support/harness.ts'
import { writeLongAgo } from './windows/window-stage.ts'

const ADMIN = { username: 'admin', password: 'change-me-admin' }

const as = (service: string) => ({ REDIS_USER: `imchannel-${service}`, REDIS_PASSWORD: `change-me-${service}` })

/** Three masters that know the users of `infra/redis/users.acl`, and what they have refused. */
async function useCluster() {
  const folder = await mkdtemp(join(tmpdir(), 'facts-on-cluster-'))
  const users = await readFile(new URL('../../../infra/redis/users.acl', import.meta.url), 'utf8')
  const aclFile = join(folder, 'users.acl')
  await writeFile(aclFile, `${users}user ${ADMIN.username} on >${ADMIN.password} ~* &* +@all\n`)
  const cluster = await startRedisCluster({ args: ['--aclfile', aclFile], admin: ADMIN })
  onTestFinished(async () => {
    await cluster[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  const denied = async (): Promise<unknown[]> => {
    const logs = await Promise.all(
      cluster.servers.map(async ({ url }) => {
        const admin = new Redis(url, ADMIN)
        const log = await admin.acl('LOG')
        admin.disconnect()
        return log
      }),
    )
    return logs.flat()
  }
  return { nodes: cluster.nodes, denied }
}

test(
  'on a cluster, each service with the rights of users.acl alone, gates know what webhooks said, and nothing is denied',
  { timeout: PATIENCE_MS },
  async () => {
    const { nodes, denied } = await useCluster()
    const infobip = await useInfobip()
    const stage = await useStage({
      tenants: { acme: infobip.url },
      account: { gates: { window: 'enforce', consent: 'enforce' } },
      sender: { inbound: 'complete' },
      settings: { redis: { cluster: { nodes, username: '${REDIS_USER}', password: '${REDIS_PASSWORD}' } } },
    })
    const { inbound } = stage.topics
    await ensureTopics(stage.client, [{ name: inbound, partitions: 1, replication: 1 }])
    await writeLongAgo(stage.client, inbound)
    await stage.spawn(as('dispatcher'))
    const ingress = await spawnService('ingress', { ...stage.env, ...as('ingress') })
    onTestFinished(() => ingress[Symbol.asyncDispose]())
    const { id: tenant, number } = stage.tenant('acme')

    async function say(to: string, over: Readonly<Record<string, unknown>> = {}): Promise<string> {
      const id = uniqueName('said')
      await stage.send([stage.text('acme', { id, to, ...over })])
      const [outcome] = await stage.outcomesOf([id])
      return outcome?.how === 'accepted' ? 'accepted' : `${outcome?.error?.code}`
    }
    async function tell(body: object): Promise<void> {
      const response = await fetch(`${ingress.url}/${tenant}/imchannel/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(response.status).toBe(200)
    }

    await waitUntil(async () => (await say(uniqueNumber())) === 'window_closed', { timeoutMs: PATIENCE_MS })
    const [customer, now] = [uniqueNumber(), new Date().toISOString()]
    await tell({
      results: [
        {
          from: customer,
          to: number,
          integrationType: 'WHATSAPP',
          receivedAt: now,
          messageId: uniqueName('m'),
          message: { type: 'TEXT', text: 'oi' },
        },
      ],
    })
    expect(await say(customer)).toBe('accepted')
    const marketing = { content: { type: 'template', name: 'sale', language: 'en' }, category: 'marketing' }
    expect(await say(customer, marketing)).toBe('accepted')
    const content = { sender: number, from: customer, notificationMessagesStatus: 'stop', description: 'User asked' }
    await tell({ from: number, content, createdAt: now })
    await waitUntil(async () => (await say(customer, marketing)) === 'opted_out', { timeoutMs: PATIENCE_MS })
    expect(await say(customer)).toBe('accepted')
    expect(await denied()).toEqual([])
  },
)
