import { normaliseNumber, type ImEventOf } from '@imchannel/events'
import { readConsent } from '@imchannel/facts'
import type { ConsentPut } from './consent-copy.ts'
import { ANY_NUMBER } from './keys.ts'

/** What a change puts in place; undefined where it changes nothing, or names nobody. */
export function consentPutOf({ time, data }: ImEventOf<'imchannel.consent.changed.v1'>): ConsentPut | undefined {
  const record = readConsent(data, time)
  if (record === undefined || data.from === undefined) return undefined
  return {
    tenant: data.tenant,
    business: data.sender === undefined ? ANY_NUMBER : normaliseNumber(data.sender),
    name: normaliseNumber(data.from),
    record,
  }
}
