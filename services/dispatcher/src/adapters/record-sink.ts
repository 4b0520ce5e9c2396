import type { OutgoingRecord, Producer, PublishResult } from '@imchannel/kafka'
import { retryDelay } from '../domain/retry-delay.ts'
import { wait } from './wait.ts'

/** `too-large`: Kafka will never take it as it is. Everything else that can fail is waited out. */
export type Stored = 'stored' | 'too-large'

/** Writes a record, however long it takes. */
export type RecordSink = (record: OutgoingRecord, signal: AbortSignal) => Promise<Stored>

/** Long enough for a broker's restart; after it the producer is asked anew rather than left with an old record. */
const DEADLINE_MS = 30_000

/**
 * Goes on until all in-sync replicas have the record. One whose reply was lost is written again: its consumers know it
 * by its `ce_id`, and the ledger knows a command by its id. @throws Abandoned
 */
export function createRecordSink(
  producer: Producer,
  onTrouble: (record: OutgoingRecord, detail: string) => void,
): RecordSink {
  return async (record, signal) => {
    for (let attempt = 1; ; attempt++) {
      const [result] = await producer.publish([record], { deadlineMs: DEADLINE_MS })
      const stored = storedOf(result)
      if (stored !== undefined) return stored
      onTrouble(
        record,
        result === undefined || result.kind === 'stored' ? 'no answer' : `${result.reason}: ${result.detail}`,
      )
      await wait(retryDelay(attempt, Math.random()), signal)
    }
  }
}

function storedOf(result: PublishResult | undefined): Stored | undefined {
  if (result?.kind === 'stored') return 'stored'
  return result?.kind === 'refused' && result.reason === 'too-large' ? 'too-large' : undefined
}
