import { loadConfig, type Config } from '@imchannel/config'
import { freePorts } from '@imchannel/local-stack'
import { testStack } from '@imchannel/testkit'
import { describe, expect, test } from 'vitest'
import { kafkaBacking, redisBacking, type Backing } from '../src/backing.ts'

function configOf(kafka: string, redis: string, env: Record<string, string> = {}): Config {
  const text = `kafka: ${kafka}\nredis: ${redis}\npublicUrl: "http://127.0.0.1:3003"\ntenants: {}\n`
  const result = loadConfig({ text, env, readFile: () => '' })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.config
}

async function both(config: Config, env: Record<string, string> = {}): Promise<[Backing, Backing]> {
  const options = { config, env, dataDir: '/data', say: () => undefined }
  return [await kafkaBacking(options), await redisBacking(options)]
}

describe('Kafka and Redis', () => {
  test('are started where the configuration names a loopback address on which nothing answers', async () => {
    const [kafka, redis] = await freePorts(2)
    const config = configOf(`{ brokers: ["localhost:${kafka}"] }`, `{ url: "redis://127.0.0.1:${redis}/3" }`)
    expect(await both(config)).toMatchObject([
      { kind: 'start', port: kafka, env: { KAFKA_BROKERS: `localhost:${kafka}` } },
      {
        kind: 'start',
        port: redis,
        env: { REDIS_URL: expect.stringMatching(`^redis://:[0-9a-f]{48}@127\\.0\\.0\\.1:${redis}/3$`) },
      },
    ])
  })

  test('are used where they answer', async () => {
    const { brokers, redisUrl } = testStack()
    const config = configOf(`{ brokers: ${JSON.stringify(brokers)} }`, `{ url: "${redisUrl}" }`)
    expect(await both(config)).toMatchObject([{ kind: 'use', where: brokers.join(',') }, { kind: 'use' }])
  })

  test('are moved by KAFKA_PORT and REDIS_PORT', async () => {
    const [kafka = 0, redis = 0] = await freePorts(2)
    const config = configOf('{ brokers: ["127.0.0.1:1"] }', '{ url: "redis://127.0.0.1:2" }')
    expect(await both(config, { KAFKA_PORT: String(kafka), REDIS_PORT: String(redis) })).toMatchObject([
      { kind: 'start', port: kafka, env: { KAFKA_BROKERS: `127.0.0.1:${kafka}` } },
      {
        kind: 'start',
        port: redis,
        env: { REDIS_URL: expect.stringMatching(`^redis://:[0-9a-f]{48}@127\\.0\\.0\\.1:${redis}$`) },
      },
    ])
  })

  test.each([
    {
      note: 'elsewhere',
      kafka: '{ brokers: ["kafka.example.com:9092"] }',
      redis: '{ url: "redis://redis.example.com" }',
    },
    {
      note: 'with credentials',
      kafka: '{ brokers: ["127.0.0.1:1"], sasl: { mechanism: plain, username: u, password: p } }',
      redis: '{ url: "redis://:secret@127.0.0.1:1" }',
    },
    { note: 'over TLS', kafka: '{ brokers: ["127.0.0.1:1"], ssl: true }', redis: '{ url: "rediss://127.0.0.1:1" }' },
  ])('are never started $note', async ({ kafka, redis }) => {
    expect(await both(configOf(kafka, redis))).toMatchObject([{ kind: 'use' }, { kind: 'use' }])
  })

  test('that the environment gives are never started', async () => {
    const env = { KAFKA_BROKERS: '127.0.0.1:1', REDIS_URL: 'redis://127.0.0.1:2' }
    const config = configOf('{ brokers: ["127.0.0.1:9"] }', '{ url: "redis://127.0.0.1:9" }', env)
    expect(await both(config, env)).toMatchObject([{ kind: 'use', where: '127.0.0.1:1' }, { kind: 'use' }])
  })
})
