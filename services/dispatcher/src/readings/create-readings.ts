import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Templates } from '@imchannel/facts'
import { ensureTopics, isPermitted } from '@imchannel/kafka'
import type { OrderedConsumer } from '@imchannel/kafka'
import { untilReady, within } from '@imchannel/lifecycle'
import type { Logger } from '@imchannel/logging'
import type { Accounts } from '../adapters/accounts.ts'
import { createRecordSink } from '../adapters/record-sink.ts'
import { compactedSpec } from '../adapters/topic-specs.ts'
import type { DispatcherSettings } from '../config.ts'
import type { Connections } from '../connections.ts'
import { createChangesConsumer } from '../templates/follow-changes.ts'
import { readLists } from '../templates/read-lists.ts'
import { createTemplateReader } from '../templates/read-account.ts'
import { createTemplateTopic } from '../templates/template-topic.ts'
import { createAccountReadings } from './account-readings.ts'
import { createBlocklistReading } from './blocklist-reading.ts'
import { createReadingInstruments } from './reading-instruments.ts'
import type { ReadingInstruments } from './reading-instruments.ts'
import { createReadingStore, type Look, type ReadAccount } from './reading-store.ts'
import { createSenderQualities, readQuality, type SenderQualities } from './sender-quality.ts'
import { permissionsOfTemplates } from './template-permissions.ts'

/** What is read of accounts beside sending. Nothing of it holds sending up, or ends it. */
export interface Readings {
  readonly templates: Templates
  /** Has the accounts of these tenants read soon: something shows that what is known of them is not so any more. */
  readSoon(tenants: ReadonlySet<string>): void
  start(): void
  stop(): Promise<void>
}

export interface ReadingsOptions {
  readonly settings: DispatcherSettings
  readonly accounts: Pick<Accounts, 'all'>
  readonly qualities: SenderQualities
  readonly clock: ReadingClock
  readonly instruments: ReadingInstruments
  /** Default five minutes. */
  readonly everyMs?: number | undefined
}

/** Redis's time, as far as it is known here. */
export interface ReadingClock {
  now(): number
  /** Redis said so just now. */
  set(now: number): void
}

/** What readings are made of that others need before there are accounts to read. */
export function createReadingParts(log: Logger): Pick<ReadingsOptions, 'qualities' | 'clock' | 'instruments'> {
  const clock = createReadingClock((ms) => instruments.redisAhead(ms))
  const qualities = createSenderQualities({ now: () => clock.now(), freshMs: 3 * FRESH_MS })
  const instruments = createReadingInstruments(log, qualities)
  return { clock, qualities, instruments }
}

function createReadingClock(onAhead: (ms: number) => void): ReadingClock {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    set: (now) => {
      if (Number.isNaN(now)) return
      aheadMs = now - Date.now()
      onAhead(aheadMs)
    },
  }
}

/** Between two readings of an account. */
const EVERY_MS = 300_000
/** Two readings may fail before what was read speaks of nothing. */
const FRESH_MS = 600_000
/** Rights and topics may be given while the dispatcher runs. */
const TRY_AGAIN_MS = 60_000
const STOP_MS = 3_000

export function createReadings(
  { client, redis, producer }: Pick<Connections, 'client' | 'redis' | 'producer'>,
  options: ReadingsOptions,
): Readings {
  const { settings, accounts, qualities, clock, instruments } = options
  const write = createRecordSink(producer, ({ topic }, detail) =>
    instruments.failed(new Error(`a record for [${topic}] is not stored yet: ${detail}`)),
  )
  const { topics } = settings
  const stopping = new AbortController()
  const store = createReadingStore(redis, { name: settings.groupId, owner: randomUUID() })
  const groupId = settings.groups.templates
  const topic = createTemplateTopic({
    client,
    topic: topics.templates,
    freshMs: FRESH_MS,
    now: () => clock.now(),
    onProgress: (count) => instruments.progress(`[${topics.templates}]: ${count} records read`),
    onWhole: (count) => instruments.progress(`[${topics.templates}] is read: it has ${count} templates`),
    onFailure: instruments.failed,
  })
  const readTemplates = createTemplateReader({ topic, store, write, topics })
  const blocklist = createBlocklistReading({
    client,
    topics,
    groupPrefix: settings.groups.consent,
    accounts,
    write,
    everyMs: options.everyMs,
    now: () => clock.now(),
  })
  const readings = createAccountReadings({
    accounts: () => accounts.all(),
    store,
    everyMs: options.everyMs ?? EVERY_MS,
    readings: () => [
      { kind: 'quality', read: (account, signal) => readQuality(account, store, signal) },
      blocklist,
      // Compared with what is known: not before that is known.
      ...(topic.registry() === undefined ? [] : [{ kind: 'templates', read: readTemplates } as const]),
    ],
    onLook: (looks: readonly (ReadAccount & Look)[]) => {
      clock.set(looks[0]?.now ?? Number.NaN)
      qualities.setLooks(looks)
      topic.setLists(looks.flatMap(({ templates }) => readLists(templates)))
    },
    onAnswer: instruments.answered,
    onError: onRedisError,
  })
  let changes: OrderedConsumer | undefined
  let following: Promise<unknown> = Promise.resolve()

  function onRedisError(error: unknown): void {
    if (error instanceof Error && error.message.startsWith('NOPERM'))
      instruments.off(
        'readings of accounts',
        'the user of Redis needs the keys ~imc:reading:*, as in infra/redis/users.acl',
      )
    else instruments.failed(error)
  }

  /** Why templates cannot be kept; undefined where they can. */
  async function problem(): Promise<string | undefined> {
    const { missing } = await ensureTopics(client, [compactedSpec(topics.templates, settings.partitions)])
    if (missing[0] !== undefined)
      return `topic ${missing[0].name} is missing and may not be made (${missing[0].problem}): make it with cleanup.policy=compact, or run imchannel topics create`
    const lacking = []
    for (const permission of permissionsOfTemplates(topics, groupId)) {
      if (!(await isPermitted(client, permission.permission))) lacking.push(permission.acl)
    }
    return lacking.length === 0 ? undefined : `this user of Kafka lacks ${lacking.join(', ')}`
  }

  async function untilPossible(signal: AbortSignal): Promise<void> {
    for (;;) {
      const why = await untilReady(problem, { signal, onFailure: instruments.failed })
      instruments.off('templates', why)
      if (why === undefined) return
      await sleep(TRY_AGAIN_MS, undefined, { signal })
    }
  }

  async function follow(): Promise<void> {
    const { signal } = stopping
    await untilPossible(signal)
    changes = createChangesConsumer({
      client,
      groupId,
      topics,
      topic,
      store,
      write,
      onEvent: (event) => {
        if (event.kind === 'handler-failed') instruments.failed(event.error)
        if (event.kind === 'fatal') instruments.failed(event.error)
      },
    })
    changes.start()
    await topic.follow(signal)
  }

  return {
    templates: topic,
    readSoon: (tenants) => {
      for (const tenant of tenants) void store.ask(tenant).catch(onRedisError)
    },
    start: () => {
      // Aborted by `stop`.
      following = follow().catch(() => undefined)
      readings.start()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([readings.stop(), changes?.stop({ drainMs: 0 })])
      // Kafka may be away for good.
      await within(following, STOP_MS)
    },
  }
}
