import { testStack, uniqueName } from '@imchannel/testkit'
import { describe, expect, test } from 'vitest'
import type { Attack, Outcome } from '../src/fuzz/attack.ts'
import { judgeOutcome } from '../src/fuzz/judge-outcome.ts'
import { eachTarget, fuzzReport, type FuzzVerdict, isClean } from '../src/fuzz/fuzz-verdict.ts'
import { runFuzz } from '../src/fuzz/run-fuzz.ts'

test('three thousand hostile requests give no 5xx, no crash, no stack, no banner, and no refusal without a reason', async () => {
  const verdict = await runFuzz({
    ...testStack(),
    requests: 3_000,
    seed: 1,
    prefix: uniqueName('fuzz'),
    say: () => undefined,
  })
  const { faults, crashed, useless, steady } = verdict
  expect({ faults: faults.length, crashed, useless, steady: Object.keys(steady) }, fuzzReport(verdict)).toEqual({
    steady: ['200'],
    faults: 0,
    crashed: [],
    useless: [],
  })
  // An attack that never gets past the door would find nothing behind it.
  expect(verdict.answers.ingress['200']).toBeGreaterThan(300)
  expect(verdict.answers['media-server']['201']).toBeGreaterThan(20)
}, 300_000)

const held = (...bytes: number[]) => eachTarget(() => bytes.map((one) => ({ rss: 2 * one, heap: one, held: one })))

describe('a run', () => {
  const clean: FuzzVerdict = {
    answers: eachTarget(() => ({})),
    steady: { '200': 100 },
    faults: [],
    crashed: [],
    loggedErrors: eachTarget(() => []),
    memory: held(40_000_000, 41_000_000, 41_000_000),
    useless: [],
  }

  test.each<[string, Partial<FuzzVerdict>, boolean]>([
    ['without a fault', {}, true],
    ['whose caches fill', { memory: held(40_000_000, 60_000_000, 61_000_000) }, true],
    ['after which a server holds twice as much', { memory: held(40_000_000, 79_000_000, 80_000_000) }, false],
    ['in which a server holds more and more', { memory: held(40_000_000, 46_000_000, 56_000_000) }, false],
    ['in which a known sender was refused', { steady: { '200': 99, '503': 1 } }, false],
    ['in which a server ended', { crashed: ['ingress'] }, false],
    ['after which a server does not do its work', { useless: ['emulator'] }, false],
  ])('%s', (_case, found, expected) => {
    expect(isClean({ ...clean, ...found })).toBe(expected)
  })
})

function answered(status: number, more: Partial<Extract<Outcome, { kind: 'answered' }>> = {}): Outcome {
  return {
    kind: 'answered',
    status,
    headers: status < 400 ? {} : { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ status }),
    ...more,
  }
}

describe('the judge', () => {
  const http: Attack = {
    kind: 'http',
    target: 'ingress',
    method: 'POST',
    path: '/',
    headers: {},
    body: Buffer.alloc(0),
    chunked: false,
  }
  const raw: Attack = { kind: 'raw', target: 'ingress', pieces: [], mustRefuse: true }
  test.each<[string, Attack, Outcome, string[]]>([
    ['a good answer', http, answered(200), []],
    ['a refusal', http, answered(401), []],
    ['an internal error', http, answered(500), ['server-error']],
    ['too much to do', http, answered(503), []],
    ['a refusal of another status than it says', http, answered(400, { body: '{"status":404}' }), ['not-a-problem']],
    ['a refusal in HTML', http, answered(404, { headers: { 'content-type': 'text/html' } }), ['not-a-problem']],
    ['a version', http, answered(200, { headers: { 'x-powered-by': 'Express' } }), ['banner']],
    ['a stack', http, answered(200, { body: 'Error: x\n    at f (a.ts:1:2)' }), ['stack']],
    ['no answer to HTTP', http, { kind: 'closed' }, ['no-answer']],
    [
      'no answer to an upgrade with a body',
      { ...http, headers: { upgrade: 'x' }, body: Buffer.alloc(1) },
      { kind: 'closed' },
      [],
    ],
    ['no answer to noise', raw, { kind: 'closed' }, []],
    ['silence', raw, { kind: 'hung' }, ['hung']],
    ['a guess at what can be read in two ways', raw, answered(200), ['guessed']],
  ])('finds in %s what is wrong with it', (_case, attack, outcome, faults) => {
    expect(judgeOutcome(attack, outcome)).toEqual(faults)
  })
})
