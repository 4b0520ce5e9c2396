import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { MEMORY_PER_BYTE } from '../src/admission/memory-room.ts'
import { toEvents } from '../src/domain/to-events.ts'
import { contextOf, plan, read, recordsOf } from './domain/read.ts'
import { deliveryReport, textMessage, webhookOf } from './support/webhooks.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void // what the flag gives

function heldBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const text = 'x'.repeat(16 * 1024)
test.each<[string, number, () => string]>([
  // Small results become more of each byte; but of those there are 10,000 at most, some megabytes.
  ['500 messages', 2, () => webhookOf(...Array.from({ length: 500 }, (_, index) => textMessage(`m${index}`)))],
  ['500 reports', 2, () => webhookOf(...Array.from({ length: 500 }, (_, index) => deliveryReport(`m${index}`)))],
  [
    '64 long messages',
    1,
    () => webhookOf(...Array.from({ length: 64 }, (_, index) => textMessage(`m${index}`, { text }))),
  ],
])('what becomes of %s until Kafka has them is no more than is booked for them', (_what, times, bodyOf) => {
  const held: unknown[] = []
  // Once, so that what is made for the first webhook alone is not counted.
  held.push(plan(bodyOf()))
  const before = heldBytes()
  const bytes = Buffer.from(bodyOf())
  const webhook = read(bytes)
  const planned = toEvents(webhook, contextOf())
  const records = planned.planned.flatMap(({ event }) => recordsOf(event))
  // As they wait in the producer: key, value and headers once more.
  const encoded = records.map(({ value, headers }) => Buffer.alloc(value.length + JSON.stringify(headers).length))
  held.push(bytes, webhook, planned, records, encoded)
  const factor = (heldBytes() - before) / bytes.length
  expect(factor).toBeLessThan(times * MEMORY_PER_BYTE)
  expect(held.length).toBeGreaterThan(0)
})
