import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis, type LocalRedis } from '@imchannel/local-stack'
import { Redis } from 'ioredis'
import { createFaultProxy } from './fault-proxy.ts'
import { waitUntil } from './wait-until.ts'

/** A master, its replica, and an endpoint that leads to whichever is the master, as a DNS name or a virtual address does. */
export interface MovingRedis extends AsyncDisposable {
  /** The endpoint's. */
  readonly url: string
  /** The first master. */
  readonly master: LocalRedis
  /** Makes the replica the master, to which new connections lead. Those that stand stay with the former one. */
  readonly promote: () => Promise<void>
  /** Makes the former master a replica, without a connection being closed. */
  readonly demote: () => Promise<void>
}

export async function startMovingRedis(): Promise<MovingRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-moving-'))
  const master = await startRedis({ dataDir: join(folder, 'first') })
  const args = ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0']
  const replica = await startRedis({ dataDir: join(folder, 'second'), args })
  const endpoint = await createFaultProxy({ port: master.port })
  const [first, second] = [new Redis(master.url), new Redis(replica.url)]
  await waitUntil(async () => (await second.info('replication')).includes('master_link_status:up'), {
    what: 'the replica follows',
  })

  return {
    url: `redis://${endpoint.address}`,
    master,
    promote: async () => {
      await second.call('REPLICAOF', 'NO', 'ONE')
      endpoint.redirect(replica.port)
    },
    demote: async () => {
      await first.call('REPLICAOF', '127.0.0.1', String(replica.port))
    },
    [Symbol.asyncDispose]: async () => {
      first.disconnect()
      second.disconnect()
      await endpoint.close()
      await Promise.all([master.kill(), replica.kill()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
