import type { Context, Link } from '@opentelemetry/api'
import type { EventRecord, ImEvent, Topics } from '@imchannel/events'
import type { Producer, PublishResult } from '@imchannel/kafka'
import { toRecords } from '../domain/to-records.ts'

/** An event with the spans that its record belongs and points to. */
export interface TracedEvent {
  readonly event: ImEvent
  readonly context: Context
  readonly links: readonly Link[]
}

export interface PublishOptions {
  readonly topics: Topics
  /** What the brokers take at most for one record. */
  readonly maxBytes: number
  /** When the webhook arrived. */
  readonly receivedAt: string
  readonly deadlineMs: number
}

/** What became of one event. */
export type EventPublished =
  | { readonly kind: 'stored'; readonly topics: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string; readonly detail: string }

/** Down to a sixteenth of what was thought to be the limit; a broker that takes less than that takes no events at all. */
const halvings = 4

/**
 * Publishes events and says what became of each, in their order. One that the broker finds too large after all is tried in
 * smaller records; that costs the others nothing.
 */
export async function publishEvents(
  producer: Producer,
  events: readonly TracedEvent[],
  options: PublishOptions,
): Promise<EventPublished[]> {
  const { topics, receivedAt, deadlineMs } = options
  const endsAt = performance.now() + deadlineMs
  const outcomes: EventPublished[] = []
  let open = events.map((traced, index) => ({ traced, index }))
  for (let halving = 0; open.length > 0; halving++) {
    const maxBytes = Math.floor(options.maxBytes / 2 ** halving)
    const batches = open.map(({ traced, index }) => ({
      index,
      traced,
      records: toRecords(traced.event, { topics, maxBytes, receivedAt }).map((record) => ({
        ...record,
        context: traced.context,
        links: traced.links,
      })),
    }))
    const results = await producer.publish(
      batches.flatMap(({ records }) => records),
      { deadlineMs: Math.max(1, endsAt - performance.now()) },
    )
    let next = 0
    open = batches.flatMap(({ traced, index, records }) => {
      const outcome = outcomeOf(records, results.slice(next, next + records.length))
      next += records.length
      if (outcome.kind === 'failed' && outcome.reason === 'too-large' && halving < halvings) return [{ traced, index }]
      outcomes[index] = outcome
      return []
    })
  }
  return outcomes
}

/** An event is stored when all of its records are. */
function outcomeOf(records: readonly EventRecord[], results: readonly PublishResult[]): EventPublished {
  const failed = results.find((result) => result.kind !== 'stored')
  if (failed === undefined) return { kind: 'stored', topics: records.map(({ topic }) => topic) }
  return { kind: 'failed', reason: failed.reason, detail: failed.detail }
}
