import type { ConfigSource } from '@imchannel/config'
import { createConsentCopy } from '@imchannel/fact-store'
import { createForgettingReading } from '@imchannel/facts'
import { createProducer, readTopics } from '@imchannel/kafka'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { createCopyFollower } from '../adapters/copy-follower.ts'
import { unlessAbandoned, wait } from '../adapters/wait.ts'
import type { DispatcherSettings } from '../config.ts'
import type { Connections } from '../connections.ts'
import type { Forgetting } from '../forgetting/open-forgetting.ts'
import { createConsentWriter, type ConsentWriter } from './consent-writer.ts'
import { createConsentChanges } from './publish-change.ts'
import type { ConsentChanges } from './set-consent.ts'
import { changeIn, takeChanges } from './take-changes.ts'
import { whyOff } from './why-off.ts'

/** Who opted out, kept in Kafka: on where topics and rights are there, and nothing else waits for it. */
export interface Consent {
  /** What commands say. */
  readonly changes: ConsentChanges
  start(): void
  stop(): Promise<void>
}

export interface ConsentOptions {
  config: ConfigSource
  settings: Pick<DispatcherSettings, 'topics' | 'groups' | 'partitions'>
  forgetting: Forgetting
  log: Logger
}

/** A right that is granted, or a topic that is made, is found by then. */
const LOOK_MS = 30_000
const DRAIN_MS = 5_000
/** So long what is known of somebody may outlive that they were forgotten. */
const KEEP_MS = 5_000

export function openConsent(
  { client, redis }: Pick<Connections, 'client' | 'redis'>,
  { config, settings, forgetting, log }: ConsentOptions,
): Consent {
  const { topics, partitions } = settings
  const { prefix } = config.current().topics
  const groupId = settings.groups.consent
  const stopping = new AbortController()
  const producer = createProducer(client)
  const copy = createConsentCopy(redis, { prefix })
  const follower = createCopyFollower({
    name: 'consent',
    client,
    redis,
    copy,
    changeOf: changeIn,
    take: (taken) => takeChanges(copy, taken),
    topic: topics.consent,
    groupId,
    prefix,
    log,
  })
  const audit = createForgettingReading(topics.audit, forgetting.known)
  let writer: ConsentWriter | undefined
  let keeping = Promise.resolve()
  let off: string | undefined
  const looked = Promise.withResolvers<void>()
  const changes = createConsentChanges({
    client,
    producer,
    topics,
    copy,
    whyOff: () => looked.promise.then(() => off),
    onTrouble: (text) => log.warn({ fn: 'consent' }, line`${raw(text)}`),
  })

  /** Undefined where it cannot be found out now. */
  async function look(): Promise<{ why: string | undefined } | undefined> {
    try {
      return { why: await whyOff(client, { topics, groupId, partitions }) }
    } catch (error) {
      log.warn({ fn: 'consent' }, line`Kafka cannot be asked about consent yet: ${raw(textOf(error))}`)
      return undefined
    }
  }

  async function untilOn(): Promise<void> {
    for (;;) {
      const found = await look()
      stopping.signal.throwIfAborted()
      const before = off
      if (found !== undefined) {
        off = found.why
        looked.resolve()
        if (off === undefined) return before === undefined ? undefined : log.info({ fn: 'consent' }, 'consent is on')
        // Named once, and again only where something else is missing.
        if (off !== before)
          log.warn({ fn: 'consent' }, line`consent is off, and nobody counts as opted out: ${raw(off)}`)
      }
      await wait(LOOK_MS, stopping.signal)
    }
  }

  async function readForgotten(): Promise<void> {
    if (forgetting.topic() === undefined) return
    const missing = await forgetting.prepare()
    if (missing !== undefined) throw new Error(missing)
    await readTopics(client, [topics.audit], async (reader) => audit.readOn(reader, await reader.bounds()))
  }

  /** Trouble is told once for each reason, and does not keep consent from being written. */
  const tell = (what: string) => (text: string) => log.warn({ fn: 'consent' }, line`${raw(what)}: ${raw(text)}`)
  const reading = createTrouble(tell('who was forgotten is not known'))
  const looking = createTrouble(tell('what stands in the topic is not looked after'))

  async function keep(current: ConsentWriter): Promise<void> {
    for (;;) {
      await wait(KEEP_MS, stopping.signal)
      // Kafka may be away for good.
      await unlessAbandoned(reading(readForgotten), stopping.signal)
      await unlessAbandoned(
        looking(() => current.keep()),
        stopping.signal,
      )
    }
  }

  async function begin(): Promise<void> {
    await untilOn()
    await reading(readForgotten)
    writer = createConsentWriter({
      client,
      producer,
      topics,
      groupId,
      copy,
      forgotten: forgetting.known,
      log,
      stopping: stopping.signal,
    })
    writer.start()
    follower.start()
    keeping = keep(writer).catch(() => undefined)
  }

  return {
    changes,
    // It ends with the signal alone.
    start: () => void begin().catch(() => undefined),
    stop: async () => {
      stopping.abort(new Error('the service stops'))
      await follower.stop()
      await keeping
      await writer?.stop({ drainMs: DRAIN_MS })
      await producer.close()
    },
  }
}

/** Says what goes wrong, once for each reason. */
function createTrouble(tell: (text: string) => void): (work: () => Promise<void>) => Promise<void> {
  let told = ''
  return async (work) => {
    try {
      await work()
      told = ''
    } catch (error) {
      const text = textOf(error)
      if (text !== told) tell(text)
      told = text
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
