import { context } from '@opentelemetry/api'
import { encodeEvent, messageAttemptedEvent } from '@imchannel/events'
import type { OutcomeSubject, Topics } from '@imchannel/events'
import type { EnsuredTopics, OutgoingRecord, Producer, PublishResult } from '@imchannel/kafka'
import { attemptedData } from '../domain/attempted.ts'
import type { Attempted } from '../domain/attempted.ts'
import { retryDelay } from '../domain/retry-delay.ts'

/** `imchannel.message.attempted`, a diagnosis: it never throws and never waits. What finds no room is dropped and counted. */
export interface AttemptEvents {
  record(subject: OutcomeSubject & { readonly tenant: string }, attempt: Attempted): void
  /** Looks for the topic, and again while it is not there. */
  start(): void
  /** Gives what waits a moment to be written. */
  close(): Promise<void>
}

/** Why one was not written: no topic to write to, no room, or Kafka did not confirm it. */
export type AttemptDropped = 'off' | 'full' | 'unconfirmed'

export interface AttemptEventsOptions {
  /** Of its own: a batch of these that Kafka does not confirm is never in the way of an outcome. */
  readonly producer: Pick<Producer, 'publish' | 'close'>
  readonly topics: Topics
  /** Makes the topic where it is missing. */
  readonly ensureTopic: () => Promise<EnsuredTopics>
  /** As configured now. */
  readonly privacy: () => 'none' | 'mask'
  readonly onWritten: (count: number) => void
  readonly onDropped: (count: number, why: AttemptDropped) => void
  readonly onOff: (problem: string) => void
}

/** With them go some 100 of a busy second, at the price of one request to Kafka. */
const LINGER_MS = 100
const MOST_IN_BATCH = 500
/** Two seconds of the busiest dispatcher, some 3 MB. */
const MOST_WAITING = 2_000
const DEADLINE_MS = 10_000
/** Somebody may make the topic, or grant the right, at any time. */
const LOOK_AGAIN_MS = 60_000
const CLOSE_MS = 2_000

export function createAttemptEvents(options: AttemptEventsOptions): AttemptEvents {
  const { producer, topics, onWritten, onDropped } = options
  let waiting: OutgoingRecord[] = []
  let publishing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let looking: NodeJS.Timeout | undefined
  /** `unproven` until Kafka has taken one: a batch that may not be written is tried record by record. */
  let state: 'starting' | 'unproven' | 'on' | 'off' | 'closed' = 'starting'
  let said: string | undefined

  async function look(tries = 1): Promise<void> {
    let problem: string | undefined
    try {
      problem = (await options.ensureTopic()).missing[0]?.problem
    } catch {
      // Kafka away: commands wait for it as well.
      if (state !== 'closed') looking = setTimeout(() => void look(tries + 1), retryDelay(tries, Math.random())).unref()
      return
    }
    if (state === 'closed') return
    if (problem !== undefined) return turnOff(problem)
    state = 'unproven'
    if (waiting.length > 0) schedule()
  }

  function turnOff(problem: string): void {
    state = 'off'
    if (waiting.length > 0) onDropped(waiting.length, 'off')
    waiting = []
    looking = setTimeout(() => void look(), LOOK_AGAIN_MS).unref()
    if (problem === said) return
    said = problem
    options.onOff(problem)
  }

  function schedule(): void {
    if (publishing === undefined) timer ??= setTimeout(flush, LINGER_MS).unref()
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting.splice(0, state === 'unproven' ? 1 : MOST_IN_BATCH)
    publishing = publish(batch).finally(() => {
      publishing = undefined
      if (state === 'closed') return
      if (waiting.length >= MOST_IN_BATCH) flush()
      else if (waiting.length > 0) schedule()
    })
  }

  async function publish(batch: readonly OutgoingRecord[]): Promise<void> {
    const results = await producer.publish(batch, { deadlineMs: DEADLINE_MS })
    const written = results.filter(({ kind }) => kind === 'stored').length
    if (written > 0) onWritten(written)
    const lost = batch.length - written
    const refusal = results.find(isNoTopic)
    if (lost > 0) onDropped(lost, refusal === undefined ? 'unconfirmed' : 'off')
    if (state === 'closed') return
    if (refusal !== undefined) turnOff(refusal.detail)
    else if (written > 0) state = 'on'
  }

  return {
    record: (subject, attempt) => {
      if (state === 'off' || state === 'closed') return onDropped(1, 'off')
      if (waiting.length >= MOST_WAITING) return onDropped(1, 'full')
      const madeAt = new Date(Date.now() - attempt.seconds * 1_000).toISOString()
      const event = messageAttemptedEvent(attemptedData(subject, attempt, options.privacy()), madeAt)
      waiting.push({ ...encodeEvent(event, topics), context: context.active() })
      if (state !== 'starting') schedule()
    },
    start: () => void look(),
    close: async () => {
      const until = performance.now() + CLOSE_MS
      clearTimeout(looking)
      clearTimeout(timer)
      if (state === 'on' && publishing === undefined && waiting.length > 0) flush()
      state = 'closed'
      await producer.close({ deadlineMs: Math.max(0, until - performance.now()) })
      await publishing
      if (waiting.length > 0) onDropped(waiting.length, 'unconfirmed')
      waiting = []
    },
  }
}

type Refused = Extract<PublishResult, { kind: 'refused' }>

function isNoTopic(result: PublishResult): result is Refused {
  return result.kind === 'refused' && (result.reason === 'unknown-topic' || result.reason === 'rejected')
}
