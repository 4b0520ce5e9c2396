import { ROOT_CONTEXT } from '@opentelemetry/api'
import { encodeEvent, templateKey, type Topics } from '@imchannel/events'
import { digestOf, type TemplateList } from '@imchannel/facts'
import { readTemplateList } from '@imchannel/infobip'
import type { ListedTemplate, ReadAnswer } from '@imchannel/infobip'
import type { AccountInUse } from '../adapters/accounts.ts'
import { callInfobip } from '../adapters/call-infobip.ts'
import type { RecordSink } from '../adapters/record-sink.ts'
import type { ReadingStore } from '../readings/reading-store.ts'
import { mergeList, type FoundChange } from './merge-list.ts'
import { foundEvent, toldKey } from './template-changes.ts'
import type { TemplateTopic } from './template-topic.ts'

export interface TemplateReaderOptions {
  readonly topic: Pick<TemplateTopic, 'registry'>
  readonly store: Pick<ReadingStore, 'write' | 'tell' | 'wasTold' | 'now'>
  readonly write: RecordSink
  readonly topics: Topics
}

/** What a webhook has told is not told again by a reading within this time, nor the other way round. */
export const TOLD_MS = 600_000
/** Which business account a number belongs to is asked again after this time. */
const MOVED_MS = 3_600_000
/** The 6,000 templates that a portfolio may have take some 12 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

export type TemplateReader = (account: AccountInUse, signal: AbortSignal) => Promise<ReadAnswer<unknown>>

/** Makes the reader of an account's templates: it lists them, writes what has changed, and tells what no webhook told. */
export function createTemplateReader({ topic, store, write, topics }: TemplateReaderOptions): TemplateReader {
  /** By tenant and number. */
  const homes = new Map<string, { businessAccountId: string; at: number }>()

  /** The business account of a number, where that was seen lately. */
  function homeOf(tenant: string, sender: string, now: number): string | undefined {
    const home = homes.get(`${tenant}:${sender}`)
    return home !== undefined && now - home.at < MOVED_MS ? home.businessAccountId : undefined
  }

  async function tell(changes: readonly FoundChange[], readAt: number, signal: AbortSignal): Promise<void> {
    for (const change of changes) {
      const event = foundEvent(change, readAt)
      if (event.type !== 'imchannel.template.changed.v1') continue
      const key = toldKey(event.tenant, event.data.templateId, event.data.change)
      if (await store.wasTold(key)) continue
      await write(encodeEvent(event, topics), signal)
      await store.tell(key, TOLD_MS)
    }
  }

  /** Writes what has changed; gives the digest of what there is now. */
  async function take(
    tenant: string,
    listed: readonly ListedTemplate[],
    { businessAccountId, readAt, signal }: { businessAccountId: string; readAt: number; signal: AbortSignal },
  ): Promise<string> {
    const registry = topic.registry()
    if (registry === undefined) throw new Error('the topic of templates cannot be followed')
    const merged = mergeList(
      { tenant, businessAccountId, listed, readAt },
      registry.ofAccount(tenant, businessAccountId),
    )
    await Promise.all([
      ...merged.changed.map((one) =>
        write({ topic: topics.templates, key: templateKey(one), value: JSON.stringify(one) }, signal),
      ),
      ...merged.gone.map((key) => write({ topic: topics.templates, key, value: null }, signal)),
    ])
    await tell(merged.changes, readAt, signal)
    return digestOf(merged.records)
  }

  return async (account, signal) => {
    const { tenant, settings } = account
    const lists: TemplateList[] = []
    /** Of the business accounts that were read in this round. */
    const read = new Map<string, Pick<TemplateList, 'readAt' | 'digest'>>()
    for (const { number: sender } of settings.senders) {
      const readAt = await store.now()
      const known = homeOf(tenant, sender, readAt)
      const shared = known === undefined ? undefined : read.get(known)
      if (known !== undefined && shared !== undefined) {
        lists.push({ tenant, sender, businessAccountId: known, ...shared })
        continue
      }
      const answer = await list(account, sender, signal)
      if (answer.kind !== 'read') return answer
      const businessAccountId = answer.value.find(({ accountId }) => accountId !== undefined)?.accountId ?? known
      if (businessAccountId === undefined) {
        lists.push({ tenant, sender, readAt, digest: digestOf([]) })
        continue
      }
      homes.set(`${tenant}:${sender}`, { businessAccountId, at: readAt })
      const digest = await take(tenant, answer.value, { businessAccountId, readAt, signal })
      read.set(businessAccountId, { readAt, digest })
      lists.push({ tenant, sender, businessAccountId, readAt, digest })
    }
    await store.write('templates', `${tenant}/${settings.id}`, lists)
    return { kind: 'read', value: lists }
  }
}

async function list(account: AccountInUse, sender: string, signal: AbortSignal): Promise<ReadAnswer<ListedTemplate[]>> {
  const template = '/whatsapp/2/senders/{sender}/templates'
  const result = await callInfobip(account, { method: 'GET', template, askers: [ROOT_CONTEXT] }, (call) =>
    account.client.templates(sender, { ...call, signal, maxAnswerBytes: MAX_ANSWER_BYTES }),
  )
  return readTemplateList(result, Date.now())
}
