import { topics } from '@imchannel/events'
import type { EnsuredTopics, OutgoingRecord, PublishResult } from '@imchannel/kafka'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Attempted } from '../domain/attempted.ts'
import { createAttemptEvents } from './attempt-events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const subject = { tenant: 'acme', commandId: 'c-1', messageId: 'm-1', from: '447860099299', to: '351910000042' }
const attempt: Attempted = {
  account: 'a',
  api: 'omni',
  endpoint: 'POST /omni/1/advanced',
  number: 1,
  result: { kind: 'response', status: 200, headers: {}, body: Buffer.from(''), truncated: false, parsed: undefined },
  answer: { kind: 'accepted', duplicate: false },
  seconds: 0.01,
}
const there: EnsuredTopics = { created: [], existing: ['imchannel.attempts'], missing: [] }
const stored: PublishResult = { kind: 'stored', partition: 0, offset: '0' }

/** A Kafka by a script. */
function stage() {
  const batches: (readonly OutgoingRecord[])[] = []
  const counts = { written: 0, off: 0, full: 0, unconfirmed: 0 }
  const problems: string[] = []
  const kafka = {
    ensureTopic: () => Promise.resolve(there),
    answer: (batch: readonly OutgoingRecord[]): Promise<PublishResult[]> => Promise.resolve(batch.map(() => stored)),
  }
  const events = createAttemptEvents({
    producer: {
      publish: (batch) => {
        batches.push(batch)
        return kafka.answer(batch)
      },
      close: () => Promise.resolve(),
    },
    topics: topics(),
    ensureTopic: () => kafka.ensureTopic(),
    privacy: () => 'none',
    onWritten: (count) => (counts.written += count),
    onDropped: (count, why) => (counts[why] += count),
    onOff: (problem) => problems.push(problem),
  })
  const record = (times: number): void => {
    for (let n = 0; n < times; n++) events.record(subject, attempt)
  }
  return { events, record, kafka, batches, counts, problems, sizes: () => batches.map((batch) => batch.length) }
}

test('requests are written in batches under the conversation’s key, the first alone', async () => {
  const { events, record, batches, counts, sizes } = stage()
  events.start()
  record(700)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(sizes()).toEqual([1, 500, 199])
  expect(counts).toMatchObject({ written: 700, full: 0 })
  expect(batches[0]?.[0]).toMatchObject({ topic: 'imchannel.attempts', key: 'acme:447860099299:351910000042' })
})

test('what a slow broker leaves no room for is dropped and counted, and nobody waits', async () => {
  const { events, record, kafka, counts, sizes } = stage()
  const slow = Promise.withResolvers<PublishResult[]>()
  kafka.answer = () => slow.promise
  events.start()
  record(1)
  await vi.advanceTimersByTimeAsync(200)
  record(2_500)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sizes()).toEqual([1])
  expect(counts).toMatchObject({ written: 0, full: 500 })
  kafka.answer = (batch) => Promise.resolve(batch.map(() => stored))
  slow.resolve([{ kind: 'unknown', reason: 'timeout', detail: 'not confirmed' }])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(counts).toEqual({ written: 2_000, off: 0, full: 500, unconfirmed: 1 })
})

test('without its topic there is one line and no record, until it is there', async () => {
  const { events, record, kafka, counts, problems, sizes } = stage()
  const problem = 'TOPIC_AUTHORIZATION_FAILED: Not authorized'
  kafka.ensureTopic = () => Promise.resolve({ ...there, missing: [{ name: 'imchannel.attempts', problem }] })
  events.start()
  record(3)
  await vi.advanceTimersByTimeAsync(600_000)
  record(2)
  expect([problems, sizes(), counts.off]).toEqual([[problem], [], 5])
  kafka.ensureTopic = () => Promise.resolve(there)
  await vi.advanceTimersByTimeAsync(60_000)
  record(2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(counts).toMatchObject({ written: 2, off: 5 })
})

test('a right that is missing is found by one record alone, and said once', async () => {
  const { events, record, kafka, counts, problems, sizes } = stage()
  kafka.answer = (batch) =>
    Promise.resolve(batch.map(() => ({ kind: 'refused', reason: 'rejected', detail: 'not authorised' })))
  events.start()
  for (let minute = 0; minute < 5; minute++) {
    record(10)
    await vi.advanceTimersByTimeAsync(61_000)
  }
  expect(problems).toEqual(['not authorised'])
  expect(Math.max(...sizes())).toBe(1)
  expect(counts).toMatchObject({ written: 0, off: 50 })
})

test('while Kafka is not there yet, what fits is kept for it', async () => {
  const { events, record, kafka, counts, problems } = stage()
  kafka.ensureTopic = () => Promise.reject(new Error('no broker'))
  events.start()
  record(10)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([problems, counts.off]).toEqual([[], 0])
  kafka.ensureTopic = () => Promise.resolve(there)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(counts.written).toBe(10)
})

test('at the end what waits is written', async () => {
  const { events, record, counts } = stage()
  events.start()
  record(1)
  await vi.advanceTimersByTimeAsync(500)
  record(5)
  await events.close()
  expect(counts.written).toBe(6)
  record(1)
  expect(counts.off).toBe(1)
})
