import type { ConsentRecord } from '@imchannel/facts'
import { createBatchedScript, type RedisClient } from '@imchannel/redis'
import { encodeConsent } from './consent-record.ts'
import { consentKey, consentReadingKey, partAt, PARTS } from './keys.ts'
import { PUT_CONSENT_SCRIPT, REMOVE_CONSENT_SCRIPT } from './scripts.ts'

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

/** Next offsets by partition. */
export type Offsets = ReadonlyMap<number, number>

/** The copy of consent in Redis. All of it rejects with `RedisUnavailable` where Redis does not answer. */
export interface ConsentCopy {
  /** Takes up what is later than what is there, in any order and however often. */
  put(changes: readonly ConsentPut[]): Promise<void>
  /** Takes away what is not later than what was taken back. */
  remove(removals: readonly ConsentRemoval[]): Promise<void>
  /**
   * How far the compacted topic has been read into every part of the copy: what went back with a failover or was emptied went back
   * here too. Partitions of which nothing is there are absent.
   */
  readTo(): Promise<Offsets>
  /** All that stands below these offsets has been put. */
  markRead(ends: Offsets): Promise<void>
}

/** @param prefix of the topics */
export function createConsentCopy(redis: RedisClient, { prefix }: { readonly prefix: string }): ConsentCopy {
  const put = createBatchedScript(redis, PUT_CONSENT_SCRIPT)
  const remove = createBatchedScript(redis, REMOVE_CONSENT_SCRIPT)
  const readings = Array.from({ length: PARTS }, (_, part) => consentReadingKey(partAt(part), prefix))

  return {
    put: async (changes) => {
      await put(changes.map((one) => ({ key: consentKey(one), args: encodeConsent(one.record) })))
    },
    remove: async (removals) => {
      await remove(removals.map((one) => ({ key: consentKey(one), args: [one.slot, one.since] })))
    },
    readTo: async () => {
      const parts = await Promise.all(readings.map((key) => redis.hgetall(key)))
      const [first = {}, ...others] = parts
      return new Map(
        Object.keys(first)
          .filter((partition) => others.every((part) => part[partition] !== undefined))
          .map((partition) => [Number(partition), Math.min(...parts.map((part) => Number(part[partition])))]),
      )
    },
    markRead: async (ends) => {
      const fields = [...ends].flat()
      if (fields.length > 0) await Promise.all(readings.map((key) => redis.hset(key, ...fields)))
    },
  }
}
