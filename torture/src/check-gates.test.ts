import { describe, expect, it } from 'vitest'
import type { Crime } from './check.ts'
import { found, outcome, remains, request } from './example-facts.ts'
import type { Fact, FactOf, Remains } from './facts.ts'

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
    [
      'lets go one in ten, where a machine is too slow to know it in time',
      [offer, consent(60_000), sent, ...Array.from({ length: 10 }, (_, at) => of({ id: `o${at}`, template: 'offer' }))],
      remains(
        [
          outcome(0),
          ...Array.from({ length: 10 }, (_, at) => ({
            ...outcome(at + 1, 'rejected'),
            commandId: `o${at}`,
            errorCode: 'opted_out',
            at: NOW,
          })),
        ],
        [1],
        Array.from({ length: 10 }, (_, at) => `o${at}`),
      ),
      right,
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
