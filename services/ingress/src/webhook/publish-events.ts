import type { ImEvent, Topics } from '@imchannel/events'
import type { OutgoingRecord, Producer, PublishResult } from '@imchannel/kafka'
import { toRecords } from '../domain/to-records.ts'
import type { RecordTrace } from './trace-webhook.ts'

/** An event with the spans that its record belongs and points to. */
export interface TracedEvent {
  readonly event: ImEvent
  readonly trace: RecordTrace
}

export interface PublishOptions {
  /** Tenants take turns. */
  readonly tenant: string
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
const HALVINGS = 4

/**
 * Publishes events and says what became of each, in their order. One that the broker finds too large after all is tried in
 * smaller records; that costs the others nothing, and those behind it wait, since they may be of its conversation.
 */
export async function publishEvents(
  producer: Producer,
  events: readonly TracedEvent[],
  options: PublishOptions,
): Promise<EventPublished[]> {
  const endsAt = performance.now() + options.deadlineMs
  const outcomes: EventPublished[] = []
  let from = 0
  while (from < events.length) {
    const large = events.findIndex(({ event }, index) => index >= from && mayBeTooLarge(event, options.maxBytes))
    const to = large < 0 ? events.length : large + 1
    outcomes.push(...(await publishTogether(producer, events.slice(from, to), { ...options, endsAt })))
    from = to
  }
  return outcomes
}

/** By its original, which is most of an event: less than this no broker refuses that takes events at all. */
function mayBeTooLarge({ verbatim }: ImEvent, maxBytes: number): boolean {
  const least = maxBytes / 2 ** HALVINGS / 4
  return Object.values(verbatim ?? {}).some((text) => text !== undefined && text.length > least)
}

async function publishTogether(
  producer: Producer,
  events: readonly TracedEvent[],
  options: PublishOptions & { readonly endsAt: number },
): Promise<EventPublished[]> {
  const { tenant, topics, receivedAt, endsAt } = options
  const outcomes: EventPublished[] = []
  let open = [...events.keys()]
  for (let halving = 0; open.length > 0; halving++) {
    const maxBytes = Math.floor(options.maxBytes / 2 ** halving)
    const records: OutgoingRecord[] = []
    // Where the records of each event end.
    const ends = open.map((index) => {
      const traced = events[index]
      if (traced === undefined) return records.length
      for (const record of toRecords(traced.event, { topics, maxBytes, receivedAt })) {
        records.push(Object.assign(record, traced.trace))
      }
      return records.length
    })
    const leftMs = Math.max(1, endsAt - performance.now())
    const results = await producer.publish(records, { deadlineMs: leftMs, owner: tenant })
    open = open.filter((index, at) => {
      const outcome = outcomeOf(records, results, { from: ends[at - 1] ?? 0, to: ends[at] ?? 0 })
      if (outcome.kind === 'failed' && outcome.reason === 'too-large' && halving < HALVINGS) return true
      outcomes[index] = outcome
      return false
    })
  }
  return outcomes
}

/** An event is stored when all of its records are. */
function outcomeOf(
  records: readonly OutgoingRecord[],
  results: readonly PublishResult[],
  { from, to }: { from: number; to: number },
): EventPublished {
  const topics: string[] = []
  for (let at = from; at < to; at++) {
    const result = results[at]
    if (result !== undefined && result.kind !== 'stored')
      return { kind: 'failed', reason: result.reason, detail: result.detail }
    topics.push(records[at]?.topic ?? '')
  }
  return { kind: 'stored', topics }
}
