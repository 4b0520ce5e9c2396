import { type ConsentCorrection, consentCorrectionEvent, encodeEvent, type Topics } from '@imchannel/events'
import type { Producer } from '@imchannel/kafka'
import { ConsoleError } from '../errors.ts'

/** Somebody waits for it. */
const DEADLINE_MS = 5_000

/** Resolves once Kafka has them all. @throws ConsoleError where it has not */
export type CorrectConsent = (corrections: readonly ConsentCorrection[]) => Promise<void>

/** Writes corrections where the changes of webhooks stand: the one writer of the customer’s partition takes them up. */
export function createConsentCorrector(producer: Pick<Producer, 'publish'>, topics: Topics): CorrectConsent {
  return async (corrections) => {
    const records = corrections.map((one) => encodeEvent(consentCorrectionEvent(one), topics))
    const results = await producer.publish(records, { deadlineMs: DEADLINE_MS })
    const failed = results.find(({ kind }) => kind !== 'stored')
    if (failed === undefined || failed.kind === 'stored') return
    throw new ConsoleError('kafka_unavailable', {
      detail: `${topics.account} did not take it (the console’s user needs Write on it): ${failed.detail}`,
      retryAfterS: 5,
    })
  }
}
