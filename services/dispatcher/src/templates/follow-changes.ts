import { decodeEvent, templateKey, type TemplateChanged, type Topics } from '@imchannel/events'
import { createOrderedConsumer } from '@imchannel/kafka'
import type { ConsumerEvent, HandlerContext, IncomingRecord, KafkaClient, OrderedConsumer } from '@imchannel/kafka'
import type { RecordSink } from '../adapters/record-sink.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import { TOLD_MS } from './read-account.ts'
import { applyChange, toldKey } from './template-changes.ts'
import type { TemplateTopic } from './template-topic.ts'

export interface ChangesOptions {
  readonly client: KafkaClient
  readonly groupId: string
  readonly topics: Topics
  readonly topic: Pick<TemplateTopic, 'whenWhole'>
  readonly store: Pick<ReadingStore, 'tell' | 'ask'>
  readonly write: RecordSink
  readonly onEvent: (event: ConsumerEvent) => void
}

/**
 * Takes what webhooks tell of templates into their topic, by one member of a group for each partition, and has the account read:
 * a webhook names neither number nor business account, and nothing of a template that is new.
 */
export function createChangesConsumer(options: ChangesOptions): OrderedConsumer {
  const { client, groupId, topics, topic, store, write, onEvent } = options

  async function handle(record: IncomingRecord, { signal }: HandlerContext): Promise<{ kind: 'done' }> {
    if (record.headers['ce_type']?.toString() !== 'imchannel.template.changed.v1') return { kind: 'done' }
    const decoded = decodeEvent(record)
    if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.template.changed.v1') return { kind: 'done' }
    const { data } = decoded.event
    if (data.source !== 'poll') await take(data, record, signal)
    return { kind: 'done' }
  }

  async function take(data: TemplateChanged, { timestamp }: IncomingRecord, signal: AbortSignal): Promise<void> {
    const { tenant, templateId } = data
    const left = timestamp + TOLD_MS - Date.now()
    if (left > 0) await store.tell(toldKey(tenant, templateId, data.change), left)
    const known = (await topic.whenWhole(signal)).byId(tenant, templateId)
    const changed = known === undefined ? undefined : applyChange(known.record, data)
    if (changed !== undefined)
      await write({ topic: topics.templates, key: templateKey(changed), value: JSON.stringify(changed) }, signal)
    if (left > 0) await store.ask(tenant)
  }

  return createOrderedConsumer(client, {
    groupId,
    topics: [topics.account],
    laneOf: ({ key }) => key?.toString() ?? '',
    handle,
    onEvent,
  })
}
