import type { IncomingRecord } from '@imchannel/kafka'
import type { BeatResult, Suspects } from '@imchannel/ledger'
import { expect, it } from 'vitest'
import { createLedgerWatch } from './ledger-watch.ts'

const mark = { epoch: 'e1', beat: 1 }

function recordAt(offset: number): IncomingRecord {
  const place = { topic: 'commands', partition: 0, offset: String(offset) }
  return { ...place, timestamp: 0, key: null, value: null, headers: {} }
}

it('takes everything for forgotten from when a loss is noticed until Kafka has said how far it may reach', async () => {
  const ends = Promise.withResolvers<Suspects>()
  let found: BeatResult = { kind: 'beating', mark, suspects: {} }
  const watch = createLedgerWatch({
    sentinel: { beat: async () => found, begin: async () => ({ epoch: 'e2', beat: 2 }) },
    partitionEnds: () => ends.promise,
    onLost: () => undefined,
    onError: (error) => {
      throw error
    },
  })
  await watch.check()
  expect(watch.isSuspect(recordAt(0))).toBe(false)
  found = { kind: 'emptied' }
  const check = watch.check()
  await Promise.resolve()
  expect(watch.isSuspect(recordAt(17))).toBe(true)
  ends.resolve({ 'commands:0': 17 })
  await check
  expect([recordAt(16), recordAt(17)].map((record) => watch.isSuspect(record))).toEqual([true, false])
})
