import type { Config } from '@imchannel/config'
import { decodeEvent } from '@imchannel/events'
import type { Content } from '@imchannel/events'
import { createOrderedConsumer } from '@imchannel/kafka'
import type { HandleResult, IncomingRecord, KafkaClient, OrderedConsumer } from '@imchannel/kafka'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { readInboundToken } from '@imchannel/media-store'
import type { InboundMedia } from './inbound-media.ts'

export interface KeepAtOnceOptions {
  readonly kafka: KafkaClient
  /** Prefix of all topics: two systems on one Kafka keep apart. */
  readonly prefix: string
  /** Topic of what customers say. */
  readonly topic: string
  readonly inbound: InboundMedia
  readonly config: () => Config
  readonly log: Logger
}

const fn = 'keepInboundMedia'

/** Fetches customers' media as soon as their messages are in Kafka, for those who want to keep everything. */
export function createKeepAtOnce({ kafka, prefix, topic, inbound, config, log }: KeepAtOnceOptions): OrderedConsumer {
  async function keep(tenantId: string, url: string): Promise<HandleResult> {
    const tenant = config().tenants[tenantId]
    // Made by ingress, and only to be read: nobody is let in by it.
    const reading = readInboundToken(tenantId, url.split('/').at(-1) ?? '', { secrets: [], nowMs: Date.now() })
    if (tenant === undefined || reading.outcome === 'unreadable') return { kind: 'done' }
    const kept = await inbound.keep(tenant, reading.claim)
    if (kept.ok) return { kind: 'done' }
    // Infobip keeps it for seven days, so there is time; what is gone or not to be had is told once.
    if (kept.code === 'busy' || kept.code === 'over_budget') return { kind: 'retry', afterMs: 5_000 }
    log.warn({ fn, tenant: tenantId }, line`a customer's medium cannot be kept: ${raw(kept.code)} ${kept.detail}`)
    return { kind: 'done' }
  }

  return createOrderedConsumer(kafka, {
    // All instances share the work.
    groupId: `${prefix}-media-keeper`,
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
      log.error({ fn }, 'a medium could not be kept now', error)
      return { kind: 'retry', afterMs: 5_000 }
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
