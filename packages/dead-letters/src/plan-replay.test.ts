import type { LedgerEntry, SendState } from '@imchannel/ledger'
import { expect, test } from 'vitest'
import type { DeadLetter } from './dead-letter.ts'
import { planReplay } from './plan-replay.ts'

const DAY_MS = 86_400_000
const nowMs = 100 * DAY_MS

function letter(commandId: string, changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    place: `0:${commandId}`,
    partition: 0,
    offset: '0',
    timestamp: nowMs - DAY_MS,
    key: null,
    code: 'unknown_sender',
    reason: '',
    attempts: 0,
    source: { topic: 'im.outbound', partition: 0, offset: '0' },
    send: { tenant: 'acme', messageId: commandId },
    commandId,
    omitted: false,
    ...changes,
  }
}

function entry(state: SendState, reportSeen = false): LedgerEntry {
  const rest = { reported: true, owner: '', at: 0, tries: 1, strikes: 0, from: '1', to: '2', print: '', commandId: '' }
  return { state, reportSeen, ...rest }
}

async function plan(
  letters: DeadLetter[],
  entries: Record<string, LedgerEntry> = {},
  { forgotten = false, outcomeUnknown = false, gated = false } = {},
) {
  const { send, left } = await planReplay(letters, {
    ledger: {
      findByMessageIds: async (_tenant, ids) =>
        new Map(ids.flatMap((id) => (entries[id] === undefined ? [] : [[id, entries[id]] as const]))),
    },
    memoryMs: 7 * DAY_MS,
    nowMs,
    topics: new Set(['im.outbound']),
    forgotten,
    outcomeUnknown,
    gated,
  })
  return { send: [...send.keys()], left: Object.fromEntries(left) }
}

test.each([
  ['rejected', undefined],
  ['expired', undefined],
  ['accepted', 'accepted'],
  ['unknown', 'unknown'],
  ['sending', 'underWay'],
  ['idle', 'underWay'],
] as const)('a command that is %s in the ledger is left as %s', async (state, reason) => {
  const expected = reason === undefined ? { send: ['0:a'], left: {} } : { send: [], left: { [reason]: 1 } }
  expect(await plan([letter('a')], { a: entry(state) })).toEqual(expected)
})

test('a report that shows the message was sent stands against everything else', async () => {
  expect(await plan([letter('a')], { a: entry('rejected', true) })).toEqual({ send: [], left: { accepted: 1 } })
})

test('what the ledger may have forgotten is sent only where that is said', async () => {
  const old = letter('a', { timestamp: nowMs - 8 * DAY_MS })
  expect(await plan([old])).toEqual({ send: [], left: { forgotten: 1 } })
  expect(await plan([old], {}, { forgotten: true })).toEqual({ send: ['0:a'], left: {} })
  expect(await plan([letter('a')])).toEqual({ send: ['0:a'], left: {} })
})

test('what was given up without knowing whether it was sent is sent only where that is said', async () => {
  const earlier = letter('a', { place: '0:1', code: 'outcome_unknown', timestamp: nowMs - 2 * DAY_MS })
  const entries = { a: entry('rejected'), b: entry('rejected') }
  const letters = [earlier, letter('a', { place: '0:2' }), letter('b', { code: 'outcome_unknown' })]
  expect(await plan(letters, entries)).toEqual({ send: [], left: { newerLetter: 1, outcomeUnknown: 2 } })
  const said = await plan(letters, entries, { outcomeUnknown: true })
  expect(said).toEqual({ send: ['0:2', '0:b'], left: { newerLetter: 1 } })
})

test('of several letters of one command the newest is sent', async () => {
  const older = letter('a', { place: '0:1', timestamp: nowMs - 2 * DAY_MS })
  expect(await plan([letter('a', { place: '0:2' }), older])).toEqual({ send: ['0:2'], left: { newerLetter: 1 } })
})

test('a letter without bytes or without a source is left', async () => {
  const gone = letter('a', { gone: true })
  const nowhere = letter('b', { source: undefined })
  expect(await plan([gone, nowhere])).toEqual({ send: [], left: { valueGone: 1, sourceGone: 1 } })
})

test('what a gate refused is left, unless it is named', async () => {
  const letters = [letter('a', { code: 'window_closed', gate: 'window' }), letter('b')]
  expect(await plan(letters)).toEqual({ send: ['0:b'], left: { gated: 1 } })
  expect(await plan(letters, {}, { gated: true })).toEqual({ send: ['0:a', '0:b'], left: {} })
})
