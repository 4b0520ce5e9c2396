import { topics } from '@imchannel/events'
import type { OutgoingRecord, PublishResult } from '@imchannel/kafka'
import type { MediaItem } from '@imchannel/media-store'
import { expect, test, vi } from 'vitest'
import { createInstruments } from '../instruments.ts'
import { createFetchEvents } from './fetch-events.ts'

const media: MediaItem = {
  id: '00000000-0000-4000-8000-000000000000',
  tenant: 'acme',
  kind: 'image',
  contentType: 'image/png',
  size: 1,
  sha256: '',
  storedAt: 0,
  commandIds: [],
}

/** Events of so many fetches, to a Kafka that answers each record like this, once `ready` resolves. */
function setUp(result: PublishResult) {
  const published: OutgoingRecord[] = []
  const lines: string[] = []
  const outcomes: unknown[] = []
  const instruments = createInstruments()
  vi.spyOn(instruments.events, 'add').mockImplementation(
    (_count, attributes) => void outcomes.push(attributes?.['outcome']),
  )
  const ready = Promise.withResolvers<void>()
  const events = createFetchEvents({
    producer: {
      async publish(records) {
        published.push(...records)
        return records.map(() => result)
      },
    },
    topics: topics('imchannel'),
    topicReady: ready.promise,
    instruments,
    log: (text) => lines.push(text),
  })
  const fetch = { fetchId: 'f', method: 'GET', status: 200, bytes: 1, durationMs: 1, userAgent: undefined } as const
  return {
    published,
    lines,
    outcomes,
    ready: ready.resolve,
    fetches: (count: number) => {
      for (let index = 0; index < count; index += 1) events.publish(media, { ...fetch, fetchId: String(index) })
    },
  }
}

test('events wait for Kafka, and those for which there is no room are counted as dropped, with one line', async () => {
  const { fetches, ready, published, outcomes, lines } = setUp({ kind: 'stored', partition: 0, offset: '0' })
  fetches(10_003)
  expect([published.length, outcomes]).toEqual([0, ['dropped', 'dropped', 'dropped']])
  expect(lines).toEqual([expect.stringContaining('1 media.fetched events dropped')])
  ready()
  await expect.poll(() => published.length).toBe(10_000)
  await expect.poll(() => outcomes.filter((outcome) => outcome === 'published').length).toBe(10_000)
})

test('an event that Kafka does not take in its time is counted as dropped', async () => {
  const { fetches, ready, outcomes, lines } = setUp({ kind: 'refused', reason: 'timeout', detail: 'late' })
  ready()
  fetches(1)
  await expect.poll(() => outcomes).toEqual(['dropped'])
  expect(lines).toEqual([expect.stringContaining('timeout')])
})
