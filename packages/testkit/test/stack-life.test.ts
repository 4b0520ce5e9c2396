import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, startKafka, startRedis } from '@imchannel/local-stack'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitUntil } from '../src/wait-until.ts'

const holder = fileURLToPath(new URL('fixtures/stack-holder.ts', import.meta.url))

interface Stack {
  brokers: string[]
  redisUrl: string
  pids: number[]
  ports: number[]
}

describe('a Kafka and a Redis of one process', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'imchannel-life-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  test('are gone after kill -9 of it, and what they had stored is there at the next start', async () => {
    const parent = spawn(process.execPath, [holder, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
    let printed = ''
    parent.stdout.on('data', (chunk) => (printed += String(chunk)))
    // The holder's own line, as it writes it.
    const stack = JSON.parse(await waitUntil(() => /^.*\n/.exec(printed)?.[0], { timeoutMs: 120_000 })) as Stack
    await store(stack)

    parent.kill('SIGKILL')
    await waitUntil(() => !stack.pids.some(isAlive), { what: 'Kafka and Redis are gone' })
    await Promise.all(stack.ports.map(canListen))

    await using kafka = await startKafka({ dataDir: join(dataDir, 'kafka') })
    await using redis = await startRedis({ dataDir: join(dataDir, 'redis') })
    expect(await stored({ ...stack, brokers: kafka.brokers, redisUrl: redis.url })).toEqual({
      records: '1',
      value: 'kept',
    })
  })

  test('that freeze answer nothing until they are thawed', async () => {
    await using redis = await startRedis({ dataDir: join(dataDir, 'frozen') })
    const client = new Redis(redis.url)
    await client.ping()
    redis.freeze()
    let answered = false
    const ping = client.ping().then((answer) => {
      answered = true
      return answer
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    redis.thaw()
    expect(await ping).toBe('PONG')
    client.disconnect()
  })

  test('on a port that is taken say so, with the end of their log', async () => {
    const [port = 0] = await freePorts(1)
    const server = createServer().listen(port, '127.0.0.1')
    await expect(startRedis({ dataDir: join(dataDir, 'taken'), port })).rejects.toThrow(
      /Redis on port \d+ ended.*\n[^]*in use/,
    )
    server.close()
  })
})

async function store({ brokers, redisUrl }: Stack): Promise<void> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'kept', messages: [{ value: 'x' }] })
  await producer.disconnect()
  const redis = new Redis(redisUrl)
  await redis.set('key', 'kept')
  // The append-only file is synced each second; a killed process loses nothing that the kernel has.
  redis.disconnect()
}

async function stored({ brokers, redisUrl }: Stack): Promise<{ records: string | undefined; value: string | null }> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const [offsets] = await waitUntil(() => admin.fetchTopicOffsets('kept'))
  await admin.disconnect()
  const redis = new Redis(redisUrl)
  const value = await redis.get('key')
  redis.disconnect()
  return { records: offsets?.high, value }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function canListen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}
