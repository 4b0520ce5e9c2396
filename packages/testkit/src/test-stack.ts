import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Comma-separated `host:port` of the Kafka that every test file shares. */
    kafkaBrokers: string
    /** URL of the Redis that every test file shares. */
    redisUrl: string
    /** Where that Kafka has its data; empty where nobody has said it. */
    kafkaDir: string
  }
}

export interface TestStack {
  brokers: string[]
  redisUrl: string
}

/** The Kafka and Redis that every test file of a run shares: name everything with `uniqueName`. */
export function testStack(): TestStack {
  return { brokers: inject('kafkaBrokers').split(','), redisUrl: inject('redisUrl') }
}
