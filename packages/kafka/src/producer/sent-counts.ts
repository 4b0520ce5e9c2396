import { kafkaInstruments, messagingAttributes } from '../instruments.ts'
import type { PublishResult } from '../records.ts'

/** Counts what became of records. */
export type CountSent = (topic: string, result: PublishResult) => void

/**
 * Adds once a turn of the event loop for each topic and outcome: what a meter does for one addition, it sorts and serialises the
 * attributes, is the same for one record as for all of a batch.
 */
export function createSentCounts(): CountSent {
  let counts = new Map<string, { readonly topic: string; readonly reason: string | undefined; count: number }>()

  function tell(): void {
    for (const { topic, reason, count } of counts.values()) {
      kafkaInstruments().sentMessages.add(count, {
        ...messagingAttributes('send', topic),
        ...(reason === undefined ? {} : { 'error.type': reason }),
      })
    }
    counts = new Map()
  }

  return (topic, result) => {
    const reason = result.kind === 'stored' ? undefined : result.reason
    const name = reason === undefined ? topic : `${topic} ${reason}`
    const known = counts.get(name)
    if (known !== undefined) known.count++
    else {
      if (counts.size === 0) setImmediate(tell)
      counts.set(name, { topic, reason, count: 1 })
    }
  }
}
