import { decodeEvent, groups } from '@imchannel/events'
import type { Content } from '@imchannel/events'
import { createOrderedConsumer } from '@imchannel/kafka'
import type { HandleResult, IncomingRecord, KafkaClient, OrderedConsumer } from '@imchannel/kafka'
import type { Logger } from '@imchannel/logging'
import { readInboundToken } from '@imchannel/media-store'
import type { PendingKeeper } from './keep-pending.ts'

export interface KeepAtOnceOptions {
  readonly kafka: KafkaClient
  /** Prefix of all topics: two systems on one Kafka keep apart. */
  readonly prefix: string
  /** Topic of what customers say. */
  readonly topic: string
  readonly keeper: Pick<PendingKeeper, 'keep'>
  readonly log: Logger
}

const RETRY: HandleResult = { kind: 'retry', afterMs: 5_000 }

/** Fetches customers' media as soon as their messages are in Kafka, for those who want to keep everything. */
export function createKeepAtOnce({ kafka, prefix, topic, keeper, log }: KeepAtOnceOptions): OrderedConsumer {
  async function keep(tenant: string, url: string): Promise<HandleResult> {
    // Made by ingress, and only to be read: nobody is let in by it.
    const reading = readInboundToken(tenant, url.split('/').at(-1) ?? '', { secrets: [], nowMs: Date.now() })
    if (reading.outcome === 'unreadable') return { kind: 'done' }
    return (await keeper.keep({ tenant, ...reading.claim })) ? { kind: 'done' } : RETRY
  }

  return createOrderedConsumer(kafka, {
    // All instances share the work.
    groupId: groups(prefix).mediaKeeper,
    topics: [topic],
    laneOf: ({ topic, partition, offset }) => `${topic}-${partition}-${offset}`,
    async handle(record) {
      for (const { tenant, url } of mediaOf(record)) {
        const result = await keep(tenant, url)
        if (result.kind === 'retry') return result
      }
      return { kind: 'done' }
    },
    onFailure(error) {
      log.error({ fn: 'keepInboundMedia' }, 'a media item could not be kept now', error)
      return RETRY
    },
  })
}

/** Links to this server in a customer's message; none in anything else. */
function mediaOf(record: IncomingRecord): { tenant: string; url: string }[] {
  const decoded = decodeEvent(record)
  if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.message.received.v1') return []
  const { tenant, data } = decoded.event
  const contents: Content[] = [data.content, ...(data.parts ?? [])]
  const urls = contents.flatMap((content) =>
    'media' in content && content.media?.url !== undefined ? [content.media.url] : [],
  )
  return [...new Set(urls)].map((url) => ({ tenant, url }))
}
