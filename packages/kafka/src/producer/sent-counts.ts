import { kafkaInstruments, messagingAttributes } from '../instruments.ts'
import type { PublishResult } from '../records.ts'

/** Counts what became of records that were published together: one addition for each topic and outcome. */
export function countSent(topics: readonly string[], results: readonly PublishResult[]): void {
  const counts = new Map<string, { readonly topic: string; readonly reason: string | undefined; count: number }>()
  for (const [index, result] of results.entries()) {
    const topic = topics[index] ?? ''
    const reason = result.kind === 'stored' ? undefined : result.reason
    const name = reason === undefined ? topic : `${topic} ${reason}`
    const known = counts.get(name)
    if (known === undefined) counts.set(name, { topic, reason, count: 1 })
    else known.count++
  }
  for (const { topic, reason, count } of counts.values()) {
    kafkaInstruments().sentMessages.add(count, {
      ...messagingAttributes('send', topic),
      ...(reason === undefined ? {} : { 'error.type': reason }),
    })
  }
}
