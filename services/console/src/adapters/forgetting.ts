import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '@imchannel/config'
import { createForgettingReading, createForgettings } from '@imchannel/facts'
import { type KafkaClient, listTopics, readTopics } from '@imchannel/kafka'
import type { Logger } from '@imchannel/logging'
import { personsIn } from '../domain/persons-in.ts'
import type { ProjectedRecord } from '../domain/projected-record.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { forgetPeople } from './store/forget-people.ts'
import type { Database } from './store/tables.ts'

export interface ForgettingOptions {
  readonly kafka: KafkaClient
  readonly database: Pick<Database, 'write'>
  /** The audit’s topic. */
  readonly topic: string
  readonly config: () => Config
  readonly log: Logger
}

/** An instance that does not read the audit’s partition itself learns of it by then. */
const LOOK_MS = 5_000

/** Who was forgotten, so that nothing of them stands in the store that was written until then: neither now nor once it is built anew. */
export function createForgetting({ kafka, database, topic, config, log }: ForgettingOptions) {
  const alone = oneAtATime()
  const stopped = new AbortController()
  const { signal } = stopped
  const secretsOf = (tenant: string): string[] =>
    config().tenants[tenant]?.forgetSecret.map((secret) => secret.reveal()) ?? []
  const known = createForgettings(secretsOf)
  const reading = createForgettingReading(topic, known)
  const tenants = (): string[] => Object.keys(config().tenants).filter((tenant) => secretsOf(tenant).length > 0)
  let looking: Promise<void> = Promise.resolve()
  let running: Promise<void> = Promise.resolve()

  /** How many people the audit has told of since the last time. */
  async function readOn(): Promise<number> {
    if (tenants().length === 0 || !(await listTopics(kafka)).includes(topic)) return 0
    return readTopics(kafka, [topic], async (reader) => reading.readOn(reader, await reader.bounds()))
  }

  async function look(): Promise<void> {
    if ((await readOn()) === 0) return
    for (const tenant of tenants()) {
      const removed = await alone(() => forgetPeople(database.write, { tenant, forgotten: known, signal }))
      if (removed > 0) log.info({ fn: 'forget' }, `removed ${removed} records of people who were forgotten`)
    }
  }

  /** One at a time. @throws where Kafka or the store cannot be used */
  function lookAgain(): Promise<void> {
    looking = looking.catch(() => undefined).then(look)
    return looking
  }

  async function follow(): Promise<void> {
    let told = ''
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal })
      try {
        await lookAgain()
        told = ''
      } catch (error) {
        if (signal.aborted) return
        if (String(error) !== told)
          log.warn({ fn: 'forget' }, `who was forgotten cannot be obeyed yet: ${String(error)}`)
        told = String(error)
      }
    }
  }

  return {
    /** Before anything is read into the store. @throws where Kafka cannot be used */
    begin: lookAgain,
    start(): void {
      running = follow().catch(() => undefined)
    },
    /** Writes to the store while nothing is being removed from it. */
    alone,
    /** Obeys at once what has been said. */
    lookAgain,
    isForgotten: (record: ProjectedRecord): boolean =>
      record.kind !== 'audit' && known.isForgotten(personsIn(record), record.written_at),
    async stop(): Promise<void> {
      stopped.abort()
      await running
      await looking.catch(() => undefined)
    },
  }
}

export type Forgetting = ReturnType<typeof createForgetting>
