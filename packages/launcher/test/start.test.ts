import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAlive, npmStart, systemPorts } from './npm-start.ts'

const START_MS = 240_000

describe('npm start', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'imchannel-start-'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  test(
    'runs the whole system, starts again what dies, and leaves nothing after kill -9; its data survives',
    { timeout: START_MS },
    async () => {
      const dataDir = join(root, 'life')
      const ports = await systemPorts()
      const first = await npmStart({ dataDir, ports })
      await first.ready()
      expect((await fetch(`http://127.0.0.1:${ports['INGRESS_PORT']}/readyz`)).status).toBe(200)
      await writeKey(dataDir, 'kept')
      await mustBeTheirUsersAlone(dataDir, ports)

      const second = await npmStart({ dataDir, ports: await systemPorts() })
      expect((await second.exited).code).toBe(1)
      expect(second.output()).toMatch(/npm start is running already with the data in .*\(process \d+\)/)

      const reset = await npmStart({ dataDir, ports, command: ['npm', 'run', 'reset'] })
      expect((await reset.exited).code).toBe(1)
      expect(reset.output()).toContain('end it first, with Ctrl-C')

      const mediaServer = first
        .processes()
        .find((pid) => argumentsOf(pid).includes('services/media-server/src/main.ts'))
      process.kill(mediaServer ?? 0, 'SIGKILL')
      await waitUntil(() => first.output().includes('media-server ended (SIGKILL); starting it again in 1 s'))
      await waitUntil(async () => (await fetch(`http://127.0.0.1:${ports['MEDIA_PORT']}/readyz`)).ok)

      const processes = first.processes()
      expect(processes.length).toBeGreaterThan(8)
      process.kill(first.pid, 'SIGKILL')
      await waitUntil(() => !processes.some(isAlive), { what: 'every process is gone' })
      await Promise.all(Object.values(ports).map(mustBeFree))

      const again = await npmStart({ dataDir, ports, command: ['node', 'scripts/start.mjs'] })
      await again.ready()
      expect(await readKey(dataDir)).toBe('kept')
      const left = again.processes()
      again.signal('SIGINT')
      expect(await again.exited).toEqual({ code: 0, signal: null })
      await waitUntil(() => !left.some(isAlive), { what: 'every process has ended' })
    },
  )

  test('is ended by kill -9 of the node process that npm runs', { timeout: START_MS }, async () => {
    const system = await npmStart({ dataDir: join(root, 'node'), ports: await systemPorts() })
    await system.ready()
    const processes = system.processes()
    const node = processes.find((pid) => /^\S*node \S*scripts\/start\.mjs/.test(argumentsOf(pid)))
    process.kill(node ?? 0, 'SIGKILL')
    await waitUntil(() => !processes.some(isAlive), { what: 'every process is gone' })
  })

  test('says who has a port, and which setting moves it, before it starts anything', async () => {
    const ports = await systemPorts()
    const server = createServer().listen(Number(ports['MEDIA_PORT']), '127.0.0.1')
    const system = await npmStart({ dataDir: join(root, 'taken'), ports })
    expect((await system.exited).code).toBe(1)
    expect(system.output()).toMatch(
      new RegExp(
        `Port ${ports['MEDIA_PORT']}, where media-server should be, is taken: .*process ${process.pid}.*MEDIA_PORT`,
      ),
    )
    expect(system.output()).not.toContain('starting')
    server.close()
  })

  test('starts again without any network', { timeout: START_MS }, async ({ skip }) => {
    const namespace = ['unshare', '--user', '--map-root-user', '--net', '--kill-child']
    skip(!canRun([...namespace, 'ip', 'link', 'set', 'lo', 'up']), 'no network namespace can be made here')
    const script = 'ip link set lo up && exec node scripts/start.mjs'
    const ports = await systemPorts()
    await using system = await npmStart({
      dataDir: join(root, 'offline'),
      ports,
      command: ['unshare', ...namespace.slice(1), 'sh', '-c', script],
    })
    await system.ready()
  })
})

function argumentsOf(pid: number): string {
  return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
}

function canRun([command = '', ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Redis with its password, as the data folder has it. */
async function redisOf(dataDir: string): Promise<Redis> {
  return new Redis(await readFile(join(dataDir, 'redis', 'url'), 'utf8'))
}

async function writeKey(dataDir: string, value: string): Promise<void> {
  const redis = await redisOf(dataDir)
  await redis.set('test:key', value)
  redis.disconnect()
}

async function readKey(dataDir: string): Promise<string | null> {
  const redis = await redisOf(dataDir)
  const value = await redis.get('test:key')
  redis.disconnect()
  return value
}

/** What another user of this machine, or another machine, may come by. */
async function mustBeTheirUsersAlone(dataDir: string, ports: Record<string, string>): Promise<void> {
  const modeOf = async (...path: string[]): Promise<number> => (await stat(join(dataDir, ...path))).mode & 0o777
  expect(await modeOf()).toBe(0o700)
  for (const file of ['url', 'redis.conf', 'redis.log']) expect(await modeOf('redis', file)).toBe(0o600)
  expect((await modeOf('kafka', 'kafka.log')) & 0o077).toBe(0)
  const stranger = new Redis(Number(ports['REDIS_PORT']), '127.0.0.1')
  stranger.on('error', () => undefined)
  await expect(stranger.config('SET', 'dir', '/tmp')).rejects.toThrow('NOAUTH')
  stranger.disconnect()
  const others = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, family }) => !internal && family === 'IPv4'),
  )
  for (const { address } of others) {
    for (const port of Object.values(ports))
      expect(await isOpen(address, Number(port)), `${address}:${port}`).toBe(false)
  }
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function mustBeFree(port: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(Number(port), '127.0.0.1', () => server.close(() => resolve()))
  })
}
