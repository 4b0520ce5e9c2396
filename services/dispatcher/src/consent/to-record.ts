import { consentRecordedEvent, normaliseNumber } from '@imchannel/events'
import type { ConsentRecorded, ImEventOf } from '@imchannel/events'
import { ANY_NUMBER } from '@imchannel/fact-store'
import type { ConsentPut } from '@imchannel/fact-store'
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

/** Reads a record of the compacted topic back. */
export function recordOf({ source, state, scope, template, since }: ConsentRecorded): ConsentRecord {
  return { source, state, scope, template, since: Date.parse(since) }
}

/** Its place in Redis. */
export function putOf(recorded: ConsentRecorded): ConsentPut {
  const { tenant, sender, from } = recorded
  return { tenant, business: sender ?? ANY_NUMBER, name: from, record: recordOf(recorded) }
}
