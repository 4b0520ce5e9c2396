import { describe, expect, it } from 'vitest'
import { check } from './check.ts'
import type { Crime } from './check.ts'
import { answered, asked, command, found, kill, outcome, received, remains, request, webhook } from './example-facts.ts'
import type { Fact, Remains } from './facts.ts'

describe('the checker', () => {
  it('finds nothing where each command was taken once, in order, and told, and each webhook is there', () => {
    const facts = [command(0), command(1), request(1, 0), request(2, 1), webhook(0), webhook(1)]
    expect(found(facts, remains([outcome(0), outcome(1), received(0, 0), received(1, 1)], [1, 2]))).toEqual({})
  })

  it.each<[string, Fact[], Remains, Partial<Record<Crime, number>>]>([
    [
      'a webhook answered 200 without its event is lost',
      [webhook(0), webhook(1)],
      remains([received(1, 0)], []),
      { lost: 1 },
    ],
    [
      'a report answered 200 without its event is lost, whatever else names its message',
      [{ kind: 'webhook', at: 0, of: 'seen', messageId: 'm0' }],
      remains([{ ...outcome(0, 'delivery'), messageId: 'm0' }], []),
      { lost: 1 },
    ],
    [
      'a command that is set aside for a bug is lost, dead letter or not',
      [command(0)],
      remains([{ ...outcome(0, 'rejected'), errorCode: 'internal_error' }], [], ['c0']),
      { lost: 1 },
    ],
    [
      'a command that is refused and was taken is contradicted',
      [command(0), request(1, 0)],
      remains([{ ...outcome(0, 'rejected'), errorCode: 'unknown_sender' }], [1], ['c0']),
      { contradicted: 1 },
    ],
    [
      'one of which nothing could be found out is not',
      [command(0), request(1, 0)],
      remains([{ ...outcome(0, 'rejected'), errorCode: 'outcome_unknown' }], [1], ['c0']),
      {},
    ],
    [
      'an accepted command that nobody took is lost',
      [command(0), request(1, 0)],
      remains([outcome(0)], []),
      { lost: 1 },
    ],
    [
      'a rejected command without a dead letter is lost',
      [command(0)],
      remains([outcome(0, 'rejected')], []),
      { lost: 1 },
    ],
    ['a rejected command with a dead letter is not', [command(0)], remains([outcome(0, 'rejected')], [], ['c0']), {}],
    [
      'a request after one that was taken is doubled, even if it is refused',
      [command(0), request(1, 0), request(2, 0)],
      remains([outcome(0)], [1]),
      { doubled: 1 },
    ],
    [
      'so is one under another messageId',
      [command(0), request(1, 0), request(2, 0, { messageId: 'other' })],
      remains([outcome(0)], [1, 2]),
      { doubled: 1 },
    ],
    [
      'a request after one that was not taken is not doubled',
      [command(0), request(1, 0, answered(1, 429)), request(2, 0)],
      remains([outcome(0)], [2]),
      {},
    ],
    [
      'a message under two event ids is doubled; twice under one it is not',
      [webhook(0), webhook(1)],
      remains([received(0, 0), received(0, 1, 'another'), received(1, 2), received(1, 3)], []),
      { doubled: 1 },
    ],
    [
      'a request that its process took back is one whose outcome is nobody’s knowledge',
      [command(0), request(1, 0, { by: 'dispatcher-0', leftAt: 1_300 })],
      remains([outcome(0)], [1]),
      { unknown: 1 },
    ],
    [
      'unless it waited for its answer for as long as it ever does, or died',
      [
        command(0),
        command(1),
        request(1, 0, { by: 'dispatcher-0', leftAt: 11_000 }),
        request(2, 1, { by: 'dispatcher-1', leftAt: 2_300 }),
        { kind: 'kill', at: 2_200, victim: 'dispatcher-1', met: true },
      ],
      remains([outcome(0), outcome(1)], [1, 2]),
      {},
    ],
    [
      'a request after a 500 that nobody asked about is blind',
      [command(0), request(1, 0, answered(1, 500)), request(2, 0)],
      remains([outcome(0)], [2]),
      { blind: 1 },
    ],
    [
      'so is one after no answer, and after an answer that cannot be read',
      [
        command(0),
        { ...request(1, 0), answer: { at: 1, status: 200, readable: false } },
        { kind: 'request', seq: 2, at: 2_000, madeAt: 2_000, account: 'acme', commandId: 'c0', messageId: 'm0' },
        request(3, 0),
      ],
      remains([outcome(0)], [3]),
      { blind: 2 },
    ],
    [
      'a question in between makes it seeing',
      [command(0), request(1, 0, answered(1, 500)), asked(1_500, 0), request(2, 0)],
      remains([outcome(0)], [2]),
      {},
    ],
    [
      'a question about another message, before, or answered after, does not',
      [command(0), asked(900, 0), asked(1_500, 1), asked(1_999, 0), request(1, 0, answered(1, 500)), request(2, 0)],
      remains([outcome(0)], [2]),
      { blind: 1 },
    ],
    [
      'a request behind a later one of its conversation is reordered',
      [command(0), command(1), request(1, 1), request(2, 0)],
      remains([outcome(0), outcome(1)], [1, 2]),
      { reordered: 1 },
    ],
    [
      'an inbound event behind a later one is reordered; a repeat of an earlier one is not',
      [webhook(0), webhook(1), webhook(2)],
      remains([received(0, 0), received(2, 1), received(1, 2), received(0, 3)], []),
      { reordered: 1 },
    ],
    ['a command without an outcome is unknown', [command(0), request(1, 0)], remains([], [1]), { unknown: 1 }],
    [
      'a command with two outcomes is contradicted; the same event twice is one',
      [command(0), command(1), request(1, 0), request(2, 1)],
      remains([outcome(0), outcome(0, 'expired'), outcome(1), outcome(1)], [2]),
      { contradicted: 1, lost: 1 },
    ],
    [
      'a request to an account that asked for quiet is impatient; one to another account is not',
      [
        command(0),
        request(1, 0, answered(1, 429, { retryAfterMs: 4_000 })),
        request(4, 0, { at: 4_500, madeAt: 4_500 }),
        command(1),
        request(5, 1, { account: 'other' }),
      ],
      remains([outcome(0), outcome(1)], [4, 5]),
      { impatient: 1 },
    ],
    [
      'unless who was told died of it',
      [
        command(0),
        request(1, 0, answered(1, 429, { retryAfterMs: 4_000 })),
        { kind: 'kill', at: 1_500, victim: 'dispatcher-0', met: true },
        request(4, 0, { at: 4_500, madeAt: 4_500 }),
      ],
      remains([outcome(0)], [4]),
      {},
    ],
    [
      'an answer that nobody kept',
      [command(0), request(1, 0), asked(30_000, 0)],
      remains([outcome(0)], [1]),
      { unknown: 1 },
    ],
    [
      'a question while the answer is on its way',
      [command(0), asked(1_005, 0), request(1, 0)],
      remains([outcome(0)], [1]),
      {},
    ],
    [
      'a question of another process',
      [command(0), request(1, 0, { by: 'dispatcher-0' }), { ...asked(30_000, 0), by: 'dispatcher-1' } as Fact],
      remains([outcome(0)], [1]),
      {},
    ],
    [
      'an answer whose reader died',
      [
        command(0),
        request(1, 0, { by: 'dispatcher-0' }),
        { kind: 'kill', at: 1_500, victim: 'dispatcher-0', met: true },
        { ...asked(30_000, 0), by: 'dispatcher-0' } as Fact,
      ],
      remains([outcome(0)], [1]),
      {},
    ],
    [
      'a command without an id is its place, whatever its text calls it',
      [{ ...command(0), id: 't-0-3', mark: 'c0' } as Fact, request(1, 0), request(2, 0)],
      remains([{ ...outcome(0), commandId: 't-0-3' }], [1]),
      { doubled: 1 },
    ],
  ])('%s', (_note, facts, left, expected) => {
    expect(found(facts, left)).toEqual(expected)
  })

  it('counts kills, and those that met an open request', () => {
    expect(check([kill(true), kill(false)], remains([], [])).counts).toMatchObject({
      kills: 2,
      killsThatMetARequest: 1,
    })
  })
})
