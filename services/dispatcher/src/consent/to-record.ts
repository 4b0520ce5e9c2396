import { consentRecordedEvent, normaliseNumber } from '@imchannel/events'
import type { ConsentRecorded, ImEventOf } from '@imchannel/events'
import { ANY_NUMBER } from '@imchannel/fact-store'
import type { ConsentPut, ConsentRemoval } from '@imchannel/fact-store'
import { readConsent } from '@imchannel/facts'
import type { ConsentRecord } from '@imchannel/facts'

export interface ConsentChange {
  /** What the compacted topic gets, in the partition of the change itself. */
  readonly recorded: ImEventOf<'imchannel.consent.recorded.v1'>
  readonly record: ConsentRecord
}

/** The record that a change makes; undefined where it changes nothing, or names nobody. */
export function toRecord({ key, time, data }: ImEventOf<'imchannel.consent.changed.v1'>): ConsentChange | undefined {
  const record = readConsent(data, time)
  if (record === undefined || data.from === undefined) return undefined
  const { tenant, sender, description, evidence } = data
  const recorded = consentRecordedEvent(key, {
    tenant,
    sender: sender === undefined ? undefined : normaliseNumber(sender),
    from: normaliseNumber(data.from),
    source: record.source,
    state: record.state,
    scope: record.scope,
    template: record.template,
    since: new Date(record.since).toISOString(),
    description,
    evidence,
  })
  return { recorded, record }
}

/** What is kept of somebody who was forgotten: neither words nor ids that lead to what they wrote. */
export function withoutEvidence({ recorded, record }: ConsentChange): ConsentChange {
  const { description: _description, evidence: _evidence, ...data } = recorded.data
  return { recorded: { ...recorded, data }, record }
}

export function isBare({ description, evidence }: ConsentRecorded): boolean {
  return description === undefined && evidence === undefined
}

export interface KeyParts {
  /** `{tenant}:{business number or -}:{customer}` */
  readonly conversation: string
  readonly tenant: string
  readonly sender: string | undefined
  readonly from: string
}

/** Whom a key of the compacted topic is about: none of the parts has a colon. */
export function partsOf(key: string): KeyParts {
  const [tenant = '', business = '', from = ''] = key.split(':')
  return {
    conversation: `${tenant}:${business}:${from}`,
    tenant,
    sender: business === ANY_NUMBER ? undefined : business,
    from,
  }
}

/** The record of a key without evidence. */
export function bareRecord(key: string, record: ConsentRecord): ImEventOf<'imchannel.consent.recorded.v1'> {
  const { conversation, ...who } = partsOf(key)
  const { source, state, scope, template, since } = record
  return consentRecordedEvent(conversation, {
    ...who,
    source,
    state,
    scope,
    template,
    since: new Date(since).toISOString(),
  })
}

/** What a tombstone takes from Redis. */
export function removalOf(key: string, since: number): ConsentRemoval {
  const { conversation, tenant, sender, from } = partsOf(key)
  return { tenant, business: sender ?? ANY_NUMBER, name: from, slot: key.slice(conversation.length + 1), since }
}

/** Reads a record of the compacted topic back. */
export function recordOf({ source, state, scope, template, since }: ConsentRecorded): ConsentRecord {
  return { source, state, scope, template, since: Date.parse(since) }
}

/** Its place in Redis. */
export function putOf(recorded: ConsentRecorded): ConsentPut {
  const { tenant, sender, from } = recorded
  return { tenant, business: sender ?? ANY_NUMBER, name: from, record: recordOf(recorded) }
}
