import { context } from '@opentelemetry/api'
import { encodeEvent, mediaFetchedEvent } from '@imchannel/events'
import type { Topics } from '@imchannel/events'
import type { OutgoingRecord, Producer } from '@imchannel/kafka'
import type { MediaItem } from '@imchannel/media-store'
import type { Instruments } from '../instruments.ts'

/** One HEAD or GET of a media item. */
export interface MediaFetch {
  /** Tells this request from the next. */
  readonly fetchId: string
  readonly method: 'HEAD' | 'GET'
  readonly status: number
  readonly bytes: number
  readonly durationMs: number
  readonly userAgent: string | undefined
}

export interface FetchEvents {
  /** Never throws, never waits: a diagnosis must not hold up what it is about. */
  publish(media: MediaItem, fetch: MediaFetch): void
}

export interface FetchEventsOptions {
  readonly producer: Pick<Producer, 'publish'>
  readonly topics: Topics
  /** Resolves once the status topic is known to be there; never rejects. Until then events are held here. */
  readonly topicReady: Promise<void>
  readonly instruments: Instruments
  readonly log: (text: string) => void
}

/** How long an event waits for Kafka. What is buffered by then is bounded by the producer's own limits. */
const DEADLINE_MS = 300_000
/** Held while Kafka was not there yet since the start. */
const MAX_HELD = 10_000
/** Foreign text, which may be of any length. */
const MAX_USER_AGENT = 256
/** A line for each dropped event would be a flood just when something is wrong. */
const LOG_EVERY_MS = 60_000

/** `imchannel.media.fetched` on the status topic: buffered while Kafka is away, then dropped and counted. */
export function createFetchEvents({ producer, topics, topicReady, instruments, log }: FetchEventsOptions): FetchEvents {
  /** Until Kafka was there for the first time. */
  let held: OutgoingRecord[] | undefined = []
  let dropped = 0
  let loggedAt = Number.NEGATIVE_INFINITY

  function drop(reason: string): void {
    dropped += 1
    instruments.events.add(1, { outcome: 'dropped' })
    if (performance.now() - loggedAt < LOG_EVERY_MS) return
    loggedAt = performance.now()
    log(`${dropped} media.fetched events dropped so far: ${reason}`)
  }

  async function send(record: OutgoingRecord): Promise<void> {
    const [result] = await producer.publish([record], { deadlineMs: DEADLINE_MS })
    if (result?.kind === 'stored') instruments.events.add(1, { outcome: 'published' })
    else drop(result?.reason ?? 'unknown')
  }

  function hold(record: OutgoingRecord): void {
    if (held === undefined) void send(record)
    else if (held.length < MAX_HELD) held.push(record)
    else drop('too many wait for Kafka')
  }

  void topicReady.then(() => {
    const waited = held ?? []
    held = undefined
    waited.forEach((record) => void send(record))
    return waited.length
  })

  return {
    publish(media, { fetchId, userAgent, durationMs, ...fetch }) {
      const event = mediaFetchedEvent(
        {
          tenant: media.tenant,
          mediaId: media.id,
          kind: media.kind,
          ...fetch,
          durationMs: Math.round(durationMs * 1000) / 1000,
          ...(userAgent !== undefined && { userAgent: userAgent.slice(0, MAX_USER_AGENT) }),
          commandIds: [...media.commandIds],
        },
        { at: new Date().toISOString(), fetchId },
      )
      // In the conversation's partition, where it is known, beside the other news of the message.
      const record = encodeEvent({ ...event, key: media.conversation ?? event.key }, topics)
      // A child of the fetch's span, also where it is held until Kafka is there.
      hold({ ...record, context: context.active() })
    },
  }
}
