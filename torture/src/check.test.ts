import { describe, expect, it } from 'vitest'
import { check, CRIMES } from './check.ts'
import type { Crime } from './check.ts'
import type { Fact, FactOf, Remains, SeenEvent } from './facts.ts'

const command = (index: number, at = 0): Fact => ({ kind: 'command', at, id: `c${index}`, conversation: 'a', index })
const request = (seq: number, index: number, over: Partial<FactOf<'request'>> = {}): FactOf<'request'> => ({
  kind: 'request',
  seq,
  at: seq * 1_000,
  madeAt: seq * 1_000,
  account: 'acme',
  commandId: `c${index}`,
  messageId: `m${index}`,
  answer: { at: seq * 1_000 + 10, status: 200, readable: true },
  ...over,
})
const answered = (seq: number, status: number, more = {}) => ({
  answer: { at: seq * 1_000 + 10, status, readable: true, ...more },
})
const outcome = (index: number, how = 'accepted', id = `${how}-${index}`): SeenEvent => ({
  topic: 'status',
  partition: 0,
  offset: index,
  type: `imchannel.message.${how}.v1`,
  id,
  commandId: `c${index}`,
})
const received = (index: number, offset: number, id = `in-${index}`): SeenEvent => ({
  topic: 'inbound',
  partition: 0,
  offset,
  type: 'imchannel.message.received.v1',
  id,
  messageId: `in.a.${index}`,
})
const webhook = (index: number): Fact => ({ kind: 'webhook', at: 0, of: 'message', messageId: `in.a.${index}` })
const kill = (met: boolean): Fact => ({ kind: 'kill', at: 0, victim: 'redis', met })
const asked = (at: number, index: number): Fact => ({
  kind: 'question',
  at,
  answeredAt: at + 5,
  messageIds: [`m${index}`],
})
const remains = (events: SeenEvent[], taken: number[], deadLetters: string[] = []): Remains => ({
  events,
  deadLetters,
  taken: new Set(taken),
})

/** How often each crime was found; those that were not are left out. */
function found(facts: Fact[], left: Remains): Partial<Record<Crime, number>> {
  const { crimes } = check(facts, left)
  return Object.fromEntries(
    CRIMES.map((crime) => [crime, crimes[crime].length] as const).filter(([, count]) => count > 0),
  )
}

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

const exit = (over: Partial<FactOf<'exit'>>): Fact => ({
  kind: 'exit',
  at: 50_000,
  victim: 'dispatcher-0',
  isTold: true,
  code: 0,
  ...over,
})

describe('a process', () => {
  const deadly: Fact = { kind: 'command', at: 0, id: 'c0', conversation: 'a', index: 0, isDeadly: true }
  const aside = remains([{ ...outcome(0, 'rejected'), errorCode: 'internal_error' }], [], ['c0'])

  it.each<[string, Fact[], Remains, Partial<Record<Crime, number>>]>([
    ['that leaves its group when it is told to end', [exit({ isMember: false })], remains([], []), {}],
    ['that ends by itself', [exit({ isTold: false, code: 1 })], remains([], []), { ended: 1 }],
    ['that fails when it is told to end', [exit({ code: 1 })], remains([], []), { ended: 1 }],
    [
      'that cannot leave while Kafka is away',
      [{ kind: 'kill', at: 49_000, victim: 'kafka', met: true }, exit({ code: 1, isMember: true })],
      remains([], []),
      {},
    ],
    ['that stays in its group', [exit({ isMember: true })], remains([], []), { ended: 1 }],
    ['that a record kills twice', [deadly, ...[1, 2].map(() => exit({ isTold: false, code: null }))], aside, {}],
    [
      'that a record kills a third time',
      [deadly, ...[1, 2, 3].map(() => exit({ isTold: false, code: null }))],
      aside,
      { ended: 1 },
    ],
  ])('%s', (_what, facts, left, crimes) => {
    expect(found(facts, left)).toEqual(crimes)
  })

  it('that died had requests open which nobody holds against it', () => {
    const { answer: _answer, ...made } = request(1, 0, { by: 'dispatcher-0', at: 49_900, madeAt: 49_900 })
    const open: Fact = { ...made, leftAt: 49_990 }
    const facts = [command(0), open, exit({ isTold: false, code: null })]
    expect(found(facts, remains([outcome(0)], [1]))).toEqual({ ended: 1 })
  })
})

const opening = (at: number, receivedAt: number): Fact => ({
  kind: 'opening',
  at,
  conversation: 'acme:1:2',
  receivedAt,
})

describe('a gate', () => {
  const DAY_MS = 86_400_000
  const NOW = 2 * DAY_MS
  const of = (over: Partial<FactOf<'command'>> = {}): Fact => ({
    kind: 'command',
    at: NOW,
    id: 'c0',
    conversation: 'acme:1:2',
    index: 0,
    ...over,
  })
  const refused = (errorCode: string, at = NOW + 500): Remains =>
    remains([{ ...outcome(0, 'rejected'), errorCode, at }], [], ['c0'])
  const consent = (agoMs: number, over: Partial<FactOf<'consent'>> = {}): Fact => ({
    kind: 'consent',
    postedAt: NOW - agoMs - 10,
    at: NOW - agoMs,
    conversation: 'acme:1:2',
    source: 'whatsapp',
    state: 'optedOut',
    since: NOW - agoMs - 10,
    ...over,
  })
  const sent = request(1, 0, { at: NOW, madeAt: NOW, answer: { at: NOW + 10, status: 200, readable: true } })
  const accepted = remains([outcome(0)], [1])
  const offer = of({ template: 'offer' })
  const right = {}
  const wrong = { misjudged: 1 }

  it.each<[string, Fact[], Remains, Partial<Record<Crime, number>>]>([
    ['may call a window closed into which nobody wrote', [of()], refused('window_closed'), right],
    ['may not where somebody did', [of(), opening(NOW - 20_000, NOW - 20_000)], refused('window_closed'), wrong],
    ['may, a day after that', [of(), opening(NOW - DAY_MS, NOW - DAY_MS)], refused('window_closed'), right],
    ['may not, a moment before', [of(), opening(NOW - DAY_MS, NOW - DAY_MS + 600)], refused('window_closed'), wrong],
    [
      'may, where it was written at the same time',
      [of(), opening(NOW - 10, NOW - 10)],
      refused('window_closed'),
      right,
    ],
    ['may call a customer opted out who is', [offer, consent(60_000)], refused('opted_out'), right],
    ['may not, of what no source said', [offer], refused('opted_out'), wrong],
    ['may not, of marketing alone, where it is none', [of(), consent(60_000)], refused('opted_out'), wrong],
    [
      'may, of the blocklist, whatever it is',
      [of(), consent(60_000, { source: 'blocklist' })],
      refused('opted_out'),
      right,
    ],
    [
      'may not, once its source has lifted it',
      [offer, consent(60_000), consent(30_000, { state: 'optedIn' })],
      refused('opted_out'),
      wrong,
    ],
    [
      'may, where another source lifted its own',
      [offer, consent(60_000), consent(30_000, { state: 'optedIn', source: 'keyword' })],
      refused('opted_out'),
      right,
    ],
    [
      'may not, of a stop that is older than the resume before it',
      [offer, consent(60_000), consent(30_000, { state: 'optedIn' }), consent(20_000, { since: NOW - 40_000 })],
      refused('opted_out'),
      wrong,
    ],
    ['lets nothing go to who has opted out', [offer, consent(60_000), sent], accepted, wrong],
    ['lets go what was open then', [offer, consent(2_000), sent], accepted, right],
    [
      'lets go what Redis has forgotten',
      [offer, consent(60_000), { kind: 'change', of: 'redis', at: NOW - 5_000 }, sent],
      accepted,
      right,
    ],
    ['lets go what is no marketing', [of({ template: 'notice' }), consent(60_000), sent], accepted, right],
    ['may call paused what is', [of({ template: 'withdrawn' })], refused('template_paused'), right],
    ['may not call paused what is not', [offer], refused('template_paused'), wrong],
    ['may not say of a template what nobody knows', [offer], refused('template_unknown'), wrong],
    ['only advises where it is told so', [of({ conversation: 'delta:1:2' })], refused('window_closed'), wrong],
  ])('%s', (_what, facts, left, crimes) => {
    expect(found(facts, left)).toEqual(crimes)
  })
})
