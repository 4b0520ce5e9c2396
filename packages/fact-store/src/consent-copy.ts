import type { ConsentRecord } from '@imchannel/facts'
import { createBatchedScript, type RedisClient } from '@imchannel/redis'
import { encodeConsent } from './consent-record.ts'
import { consentKey, consentReadingKey } from './keys.ts'
import { PUT_CONSENT_SCRIPT, REMOVE_CONSENT_SCRIPT } from './scripts.ts'
import { createTopicReading, type TopicReading } from './topic-reading.ts'

/** What one source says of a customer under one name. */
export interface ConsentPut {
  readonly tenant: string
  /** The business number, digits; `ANY_NUMBER` where it is about all of them. */
  readonly business: string
  /** Digits, or a BSUID. */
  readonly name: string
  readonly record: ConsentRecord
}

/** What somebody said who was forgotten, or what was taken back. */
export interface ConsentRemoval extends Omit<ConsentPut, 'record'> {
  /** `slotOf` the record. */
  readonly slot: string
  /** What is later than this (epoch ms) stays. */
  readonly since: number
}

/** The copy of consent in Redis. All of it rejects with `RedisUnavailable` where Redis does not answer. */
export interface ConsentCopy extends TopicReading {
  /** Takes up what is later than what is there, in any order and however often. */
  put(changes: readonly ConsentPut[]): Promise<void>
  /** Takes away what is not later than what was taken back. */
  remove(removals: readonly ConsentRemoval[]): Promise<void>
}

/** @param prefix of the topics */
export function createConsentCopy(redis: RedisClient, { prefix }: { readonly prefix: string }): ConsentCopy {
  const put = createBatchedScript(redis, PUT_CONSENT_SCRIPT)
  const remove = createBatchedScript(redis, REMOVE_CONSENT_SCRIPT)
  return {
    ...createTopicReading(redis, (part) => consentReadingKey(part, prefix)),
    put: async (changes) => {
      await put(changes.map((one) => ({ key: consentKey(one), args: encodeConsent(one.record) })))
    },
    remove: async (removals) => {
      await remove(removals.map((one) => ({ key: consentKey(one), args: [one.slot, one.since] })))
    },
  }
}
