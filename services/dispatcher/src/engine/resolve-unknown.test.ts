import type { SendMessage } from '@imchannel/events'
import type { LedgerEntry } from '@imchannel/ledger'
import { describe, expect, it } from 'vitest'
import type { AccountInUse } from '../adapters/accounts.ts'
import type { LogFinding } from '../adapters/log-questions.ts'
import type { Outcome } from '../domain/outcome.ts'
import { resolveUnknown } from './resolve-unknown.ts'
import type { Work } from './work.ts'

const NOW = Date.now()
const MINUTE = 60_000
const DUPLICATE = { groupId: 5, id: 23, name: 'REJECTED_DUPLICATE_MESSAGE_ID', description: 'the same id' }

interface Doubt {
  finding: LogFinding
  onUnknown?: 'resend' | 'reject'
  /** Of the command; both from now on. */
  expiresInMs?: number
  agesInMs?: number
  /** Redis's clock, from ours on. */
  ledgerAheadMs?: number
}

/** One step of a command whose request was made a quarter of an hour ago; `waits` where it takes none. */
async function resolve({
  finding,
  onUnknown = 'resend',
  expiresInMs = MINUTE,
  agesInMs = MINUTE,
  ledgerAheadMs = 0,
}: Doubt): Promise<Outcome | 'waits' | 'resends'> {
  const abandoned = new AbortController()
  // `as`: all that this step reads of an account, a work and an entry.
  const account = {
    settings: {
      api: 'omni',
      logsCover: ['omni', 'whatsapp', 'messages'],
      unknownAfterMs: MINUTE,
      onUnknown,
      senders: [{ number: '1' }],
    },
    logs: { ask: async () => finding },
  } as unknown as AccountInUse
  const sender = { number: '1', scenarioKey: 's' }
  const work = {
    command: { tenant: 'acme', from: '1', to: '2', content: { type: 'text', text: 'x' } },
    send: { messageId: 'm' },
    signal: abandoned.signal,
    deadline: { at: NOW + expiresInMs, reason: 'its expiresAt passed', byAge: NOW + agesInMs },
  } as unknown as Work<SendMessage>
  const now = NOW + ledgerAheadMs
  const entry = { state: 'unknown', at: now - 15 * MINUTE, tries: 1 } as LedgerEntry
  let ended: Outcome | undefined
  const deps = {
    accounts: { findMaker: () => account },
    ledger: {},
    conclusions: { conclude: async (_work: unknown, outcome: Outcome) => ((ended = outcome), 'done') },
    instruments: {
      reconciled: () => undefined,
      // A pause is the end of it here.
      waiting: () => abandoned.abort(),
    },
  } as unknown as Parameters<typeof resolveUnknown>[0]
  const route = { account, sender } as Parameters<typeof resolveUnknown>[2]['route']
  const look = { held: { kind: 'entry', entry }, now } as const
  const step = resolveUnknown(deps, work, { route, entry, look, takenUpAt: -Infinity })
  const result = await step.catch((error: unknown) => {
    if (abandoned.signal.aborted) return { kind: 'waits' } as const
    throw error
  })
  if (result.kind === 'waits') return 'waits'
  return result.kind === 'judged' ? 'resends' : (ended ?? 'waits')
}

const notFound = { kind: 'not-found' } as const
const noAnswer = { kind: 'no-answer', reason: '500' } as const

describe('a request of which nobody knows what it did', () => {
  it.each<[string, Doubt, unknown]>([
    ['found in the logs is accepted', { finding: { kind: 'found' } }, { how: 'accepted' }],
    [
      'found as a repeat of its own id is accepted: the first was taken',
      { finding: { kind: 'found', status: DUPLICATE } },
      { how: 'accepted' },
    ],
    ['not found is made again', { finding: notFound }, 'resends'],
    [
      'not found is given up where the account says so',
      { finding: notFound, onUnknown: 'reject' },
      { how: 'rejected', error: { code: 'outcome_unknown' } },
    ],
    [
      'not found and too late has not expired: it may have been delivered',
      { finding: notFound, expiresInMs: -1 },
      {
        how: 'rejected',
        error: { code: 'outcome_unknown', reason: expect.stringContaining('its expiresAt passed') },
      },
    ],
    [
      'is not given up by a clock that is wrong',
      { finding: notFound, expiresInMs: -1, ledgerAheadMs: -24 * 60 * MINUTE },
      'waits',
    ],
    [
      'is asked about beyond its own expiry while logs do not answer',
      { finding: noAnswer, expiresInMs: -1, agesInMs: MINUTE },
      'waits',
    ],
    [
      'is given up by its age where they never answer',
      { finding: noAnswer, expiresInMs: -1, agesInMs: -1 },
      { how: 'rejected', error: { code: 'outcome_unknown' } },
    ],
  ])('%s', async (_name, doubt, expected) => {
    const result = await resolve(doubt)
    if (typeof expected === 'string') expect(result).toBe(expected)
    else expect(result).toMatchObject(expected as object)
  })
})
