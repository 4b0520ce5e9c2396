import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { decodeEvent, encodeEvent } from '@imchannel/events'
import type { ConsentRecorded, Topics } from '@imchannel/events'
import { readBlocklist } from '@imchannel/infobip'
import type { BlocklistEntry, ReadAnswer } from '@imchannel/infobip'
import { describeTopics, isPermitted, readRange } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import type { Accounts, AccountInUse } from '../adapters/accounts.ts'
import { callInfobip } from '../adapters/call-infobip.ts'
import type { RecordSink } from '../adapters/record-sink.ts'
import type { Reading } from './account-readings.ts'
import { blocklistChanges } from './blocklist-changes.ts'

export interface BlocklistReadingOptions {
  readonly client: KafkaClient
  readonly topics: Topics
  /** For who reads the compacted topic, in groups of its own. */
  readonly groupPrefix: string
  readonly accounts: Pick<Accounts, 'all'>
  readonly write: RecordSink
  readonly everyMs?: number | undefined
  /** Redis's time. */
  readonly now: () => number
}

/** Lists change without an event where somebody uses the portal or the API. */
const EVERY_MS = 86_400_000
/** Infobip takes one question a second. */
const PAGE_MS = 1_100
const WRITTEN_AT_ONCE = 200

/**
 * Reads whom Infobip sends nothing: who opted out before this system knew it, or in a way of which no webhook tells. Changes go where
 * those of webhooks go, and the one writer of their partition takes them up.
 */
export function createBlocklistReading(options: BlocklistReadingOptions): Reading {
  const { client, topics, groupPrefix, accounts, write, everyMs = EVERY_MS, now } = options

  async function read(account: AccountInUse, signal: AbortSignal): Promise<ReadAnswer<unknown>> {
    if (!(await isKept())) return { kind: 'no-answer', reason: 'nobody would take it up: consent is off' }
    const startedAt = now()
    const listed = await readPages(account, signal)
    if (listed.kind !== 'read') return listed
    const { tenant, settings } = account
    const list = {
      tenant,
      account: settings.id,
      senders: settings.senders.map(({ number }) => number),
      isOnly: accounts.all().filter((one) => one.tenant === tenant).length === 1,
      entries: listed.value,
      startedAt,
    }
    const changes = blocklistChanges(list, await readKnown(tenant, signal))
    for (let at = 0; at < changes.length; at += WRITTEN_AT_ONCE)
      await Promise.all(
        changes.slice(at, at + WRITTEN_AT_ONCE).map((change) => write(encodeEvent(change, topics), signal)),
      )
    return { kind: 'read', value: changes }
  }

  async function isKept(): Promise<boolean> {
    if ((await describeTopics(client, [topics.consent])).length === 0) return false
    return (
      (await isPermitted(client, { kind: 'read', topic: topics.consent })) &&
      (await isPermitted(client, { kind: 'write', topic: topics.account }))
    )
  }

  /** What the source says now of each customer of a tenant. */
  async function readKnown(tenant: string, signal: AbortSignal): Promise<ConsentRecorded[]> {
    const last = new Map<string, ConsentRecorded>()
    for await (const record of readRange(client, { topic: topics.consent, groupPrefix, signal })) {
      const key = record.key?.toString() ?? ''
      if (!key.startsWith(`${tenant}:`) || !key.endsWith(':blocklist')) continue
      if (record.value === null) {
        last.delete(key)
        continue
      }
      const decoded = decodeEvent(record)
      if (decoded.outcome !== 'event' || decoded.event.type !== 'imchannel.consent.recorded.v1') continue
      const { data } = decoded.event
      const known = last.get(key)
      if (known === undefined || Date.parse(data.since) >= Date.parse(known.since)) last.set(key, data)
    }
    return [...last.values()]
  }

  return { kind: 'blocklist', everyMs, read }
}

async function readPages(account: AccountInUse, signal: AbortSignal): Promise<ReadAnswer<readonly BlocklistEntry[]>> {
  const entries: BlocklistEntry[] = []
  const ask = { method: 'GET', template: '/platform/1/blocklists', askers: [ROOT_CONTEXT] } as const
  for (let page = 0; ; page++) {
    if (page > 0) await sleep(PAGE_MS, undefined, { signal })
    const result = await callInfobip(account, ask, (call) => account.client.blocklist(page, { ...call, signal }))
    const answer = readBlocklist(result, Date.now())
    if (answer.kind !== 'read') return answer
    entries.push(...answer.value.entries)
    if (answer.value.isLast) return { kind: 'read', value: entries }
  }
}
