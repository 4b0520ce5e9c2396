import type { MarkRead } from '@imchannel/events'
import type { Outcome as Answer } from '@imchannel/infobip'
import { ExchangeFailure } from '@imchannel/infobip'
import { RedisUnavailable } from '@imchannel/redis'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../domain/outcome.ts'
import { createSendIndicator } from './send-indicator.ts'
import type { Work } from './work.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'Date'] })
  return () => vi.useRealTimers()
})

const unknown: Answer = { kind: 'unknown', code: 'HTTP_503', reason: '503' }
const unsent: Answer = { kind: 'unsent', cause: new ExchangeFailure('ECONNREFUSED', 'refused') }
const accepted: Answer = { kind: 'accepted', duplicate: false }

interface Circumstances {
  /** Of the requests, the last one of all that follow. */
  answers: readonly Answer[]
  /** What the ledger holds of it: `unknown` is what a former owner left. */
  before?: 'unknown'
  /** How many writes Redis refuses. */
  refusals?: number
  /** When its number leaves the configuration. */
  removedAfterMs?: number
}

/** Handles one receipt, which is worth a minute, to its end. */
async function markAsRead({ answers, before, refusals = 0, removedAfterMs = Infinity }: Circumstances) {
  const account = {
    settings: { id: 'main', baseUrl: 'https://x' },
    health: { unwell: () => undefined, throttledMs: async () => 0, throttle: async () => undefined },
    reads: { take: async () => ({ taken: 1, waitMs: 0 }) },
    indicatorSlots: { take: async () => [{ release: () => undefined, [Symbol.dispose]: () => undefined }] },
  }
  const startedAt = Date.now()
  let state = before
  let refused = refusals
  let requests = 0
  const ended: Outcome[] = []
  // `as`: all that an indicator asks of what it stands on.
  const send = createSendIndicator({
    ledger: {
      find: async () => ({
        held: state === undefined ? { kind: 'absent' } : { kind: 'entry', entry: { state } },
        now: Date.now(),
      }),
      settle: async (_send: unknown, _owner: unknown, settlement: { state: 'unknown' }) => {
        if (refused-- > 0) throw new RedisUnavailable('OOM')
        state = settlement.state
      },
    },
    accounts: {
      knows: () => true,
      find: () => (Date.now() - startedAt < removedAfterMs ? { account } : undefined),
    },
    conclusions: { conclude: async (_work: unknown, outcome: Outcome) => (ended.push(outcome), 'done') },
    attempt: async () => answers[Math.min(requests++, answers.length - 1)],
    instruments: { redisFailed: () => undefined },
  } as unknown as Parameters<typeof createSendIndicator>[0])
  const work = {
    command: { type: 'imchannel.message.read.v1', tenant: 'acme', from: '1', messageId: 'wamid.1' },
    send: { tenant: 'acme', messageId: 'm' },
    owner: 'me',
    signal: new AbortController().signal,
    deadline: { at: startedAt + 60_000, reason: 'a minute is over' },
  } as unknown as Work<MarkRead>
  const handling = send(work)
  await vi.advanceTimersByTimeAsync(120_000)
  await handling
  return { ended, requests, state }
}

describe('a receipt whose time is over', () => {
  it('has expired where nothing was made of it, however often that was tried', async () => {
    const { ended, requests } = await markAsRead({ answers: [unsent] })
    expect(ended).toMatchObject([{ how: 'expired', error: { code: 'expired' } }])
    expect(requests).toBeGreaterThan(2)
  })

  it.each<[string, Circumstances]>([
    ['nobody knows what one of its requests did', { answers: [unknown, unsent] }],
    ['Redis did not take that down at once', { answers: [unknown, unsent], refusals: 1 }],
    ['a former owner left it so', { answers: [unsent], before: 'unknown' }],
    ['its number is nobody’s any more', { answers: [unknown, unsent], removedAfterMs: 20_000 }],
  ])('is outcome_unknown where it may have been done: %s', async (_why, circumstances) => {
    const { ended, state } = await markAsRead(circumstances)
    expect(ended).toMatchObject([{ how: 'rejected', error: { code: 'outcome_unknown' } }])
    expect(state).toBe('unknown')
  })
})

it('what failed once and is done then is accepted', async () => {
  expect((await markAsRead({ answers: [unknown, accepted] })).ended).toMatchObject([{ how: 'accepted' }])
})
