import type { IncomingRecord } from '@imchannel/kafka'
import type { BeatResult, Suspects } from '@imchannel/ledger'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createLedgerWatch } from './ledger-watch.ts'

const mark = { epoch: 'e1', beat: 1 }

const NOTICED = 1_000_000

function beating(over: Partial<Extract<BeatResult, { kind: 'beating' }>> = {}): BeatResult {
  return { kind: 'beating', mark, now: NOTICED, suspects: {}, ...over }
}

function recordAt(offset: number): IncomingRecord {
  const place = { topic: 'commands', partition: 0, offset: String(offset) }
  return { ...place, timestamp: 0, key: null, value: null, headers: {} }
}

function watchOf(partitionEnds: () => Promise<Suspects>) {
  const losses: string[] = []
  const ledger: { found: BeatResult } = { found: beating() }
  const watch = createLedgerWatch({
    heartbeat: {
      beat: async () => ledger.found,
      begin: async () => ({ mark: { epoch: 'e2', beat: 2 }, noticedAt: NOTICED }),
    },
    partitionEnds,
    onLost: (why) => losses.push(why),
    onError: (error) => {
      throw error
    },
  })
  return { watch, ledger, losses }
}

it('takes everything for forgotten from when a loss is noticed until Kafka has said how far it may reach', async () => {
  const ends = Promise.withResolvers<Suspects>()
  const { watch, ledger } = watchOf(() => ends.promise)
  await watch.check()
  expect(watch.isSuspect(recordAt(0))).toBe(false)
  ledger.found = { kind: 'emptied' }
  const check = watch.check()
  await Promise.resolve()
  expect(watch.isSuspect(recordAt(17))).toBe(true)
  ends.resolve({ 'commands:0': 17 })
  await check
  expect([recordAt(16), recordAt(17)].map((record) => watch.isSuspect(record))).toEqual([true, false])
})

it('does not forget a loss that Kafka could not be asked about, though the ledger looks well by then', async () => {
  let isAway = true
  const { watch, ledger, losses } = watchOf(async () => {
    if (isAway) throw new Error('Kafka is away')
    return { 'commands:0': 17 }
  })
  ledger.found = { kind: 'replaced', found: mark }
  await expect(watch.check()).rejects.toThrow('Kafka is away')
  ledger.found = beating()
  isAway = false
  await watch.check()
  expect(losses).toEqual(['replaced'])
  expect([recordAt(16), recordAt(17)].map((record) => watch.isSuspect(record))).toEqual([true, false])
})

it('counts a loss from when it was noticed, or from when this instance got the partition where that was later', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { watch, ledger } = watchOf(async () => ({ 'commands:0': 17 }))
  const since = () => watch.suspectSince(recordAt(3))
  await watch.check()
  watch.assigned([{ topic: 'commands', partition: 0 }])
  ledger.found = { kind: 'emptied' }
  const check = watch.check()
  await Promise.resolve()
  // Noticed, and not yet known how far it reaches.
  const found = [since()]
  await check
  found.push(since())
  vi.advanceTimersByTime(4_000)
  watch.assigned([{ topic: 'commands', partition: 0 }])
  found.push(since())
  // Another one has noticed it later, or is too old to say when.
  ledger.found = beating({ noticedAt: NOTICED + 9_000, now: NOTICED + 4_000 })
  await watch.check()
  found.push(since())
  ledger.found = beating({ noticedAt: undefined, now: NOTICED + 4_000 })
  await watch.check()
  found.push(since())
  expect(found).toEqual([undefined, NOTICED, NOTICED + 4_000, NOTICED + 9_000, undefined])
})

const kept = (beat: number) => async () => ({ epoch: 'e1', beat })

it('is cut off where the ledger has answered others for a session’s length and not this one', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { watch } = watchOf(async () => ({}))
  await watch.check()
  const found = [await watch.isCutOff(kept(100))]
  vi.advanceTimersByTime(6_000)
  // Nobody else has got any further: Redis is away for all.
  found.push(await watch.isCutOff(kept(1)), await watch.isCutOff(async () => undefined))
  found.push(await watch.isCutOff(kept(100)))
  await watch.check()
  found.push(await watch.isCutOff(kept(100)))
  expect(found).toEqual([false, false, false, true, false])
})
