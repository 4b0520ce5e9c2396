import { type ImEvent, topics } from '@imchannel/events'
import { headerOf, type OutgoingRecord, type Producer, type PublishResult } from '@imchannel/kafka'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { publishEvents } from '../src/webhook/publish-events.ts'
import { eventsOf } from './domain/read.ts'
import { textMessage, webhookOf } from './support/webhooks.ts'

afterEach(() => vi.useRealTimers())

const trace = { context: ROOT_CONTEXT, links: [] }
const options = { tenant: 'acme', topics: topics(), maxBytes: 64_000, receivedAt: '2026-03-04T05:06:30.000Z' }

interface Call {
  readonly subjects: readonly string[]
  readonly deadlineMs: number | undefined
}

/** A producer that answers as it is told, and what was asked of it. */
function producerThat(answer: (record: OutgoingRecord) => PublishResult): {
  producer: Pick<Producer, 'publish'>
  calls: Call[]
} {
  const calls: Call[] = []
  return {
    calls,
    producer: {
      publish: async (records: readonly OutgoingRecord[], { deadlineMs }: Parameters<Producer['publish']>[1] = {}) => {
        calls.push({ subjects: records.map((record) => String(headerOf(record, 'ce_subject'))), deadlineMs })
        await Promise.resolve()
        return records.map(answer)
      },
    },
  }
}

const stored: PublishResult = { kind: 'stored', partition: 0, offset: '0' }
const tooLarge: PublishResult = { kind: 'refused', reason: 'too-large', detail: 'too large' }

function traced(...results: readonly string[]): { event: ImEvent; trace: typeof trace }[] {
  return eventsOf(webhookOf(...results)).map((event) => ({ event, trace }))
}

describe('a record that the broker finds too large after all', () => {
  it('has the webhook’s one deadline for all of its tries', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const { producer, calls } = producerThat(() => {
      vi.advanceTimersByTime(100)
      return tooLarge
    })
    const [outcome] = await publishEvents(producer as Producer, traced(textMessage('m')), {
      ...options,
      deadlineMs: 1_000,
    })
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'too-large' })
    expect(calls.map(({ deadlineMs }) => deadlineMs)).toEqual([1_000, 900, 800, 700, 600])
  })

  it('is stored before what came behind it in its webhook', async () => {
    const { producer, calls } = producerThat((record) =>
      String(headerOf(record, 'ce_subject')) === 'large' && (record.value?.length ?? 0) > 20_000 ? tooLarge : stored,
    )
    const events = traced(
      textMessage('first'),
      textMessage('large', { text: 'x'.repeat(20_000) }),
      textMessage('second'),
      textMessage('third'),
    )
    const outcomes = await publishEvents(producer as Producer, events, { ...options, deadlineMs: 1_000 })
    expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored', 'stored'])
    const tries = calls.map(({ subjects }) => [...new Set(subjects)].join(' '))
    expect(tries.at(0)).toBe('first large')
    expect(tries.slice(0, -1).filter((subjects) => /second|third/.test(subjects))).toEqual([])
    expect(tries.at(-1)).toBe('second third')
    expect(tries.length).toBeGreaterThan(2)
  })
})
