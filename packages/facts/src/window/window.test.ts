import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isComplete } from './coverage.ts'
import { openingOf } from './opening.ts'
import { judgeWindow, mergeWindows, WINDOW_MS, type WindowState } from './window.ts'

const at = (time: string): number => Date.parse(time)
const whole = { isComplete: true }
const morning = at('2026-11-30T10:00:00Z')
const HOUR = 3_600_000

describe('the window', () => {
  test.each<[string, WindowState, string, object]>([
    ['is open to the last millisecond', { openedAt: morning }, '2026-12-01T09:59:59.999Z', { state: 'open' }],
    [
      'is closed at 24 hours',
      { openedAt: morning },
      '2026-12-01T10:00:00Z',
      { state: 'closed', closesAt: morning + WINDOW_MS },
    ],
    [
      'is 24 hours on a day of 23',
      { openedAt: at('2026-03-28T12:00:00+00:00') },
      '2026-03-29T11:59:59.999Z',
      { state: 'open' },
    ],
    [
      'is 24 hours on a day of 25',
      { openedAt: at('2026-10-24T12:00:00+01:00') },
      '2026-10-25T11:00:00Z',
      { state: 'closed' },
    ],
    ['of nobody who wrote is closed', {}, '2026-12-01T10:00:00Z', { state: 'closed' }],
    [
      'after a reaction alone is unknown',
      { maybeAt: morning },
      '2026-11-30T12:00:00Z',
      { state: 'unknown', why: 'uncertain_kind' },
    ],
    ['a day after a reaction is closed', { maybeAt: morning }, '2026-12-01T10:00:00Z', { state: 'closed' }],
    [
      'stays open under a reaction',
      { openedAt: morning, maybeAt: morning + 1 },
      '2026-11-30T12:00:00Z',
      { state: 'open', closesAt: morning + WINDOW_MS },
    ],
    [
      'is closed since a report said so',
      { closedAt: morning },
      '2026-11-30T12:00:00Z',
      { state: 'closed', closesAt: morning },
    ],
    [
      'is open again after a later message',
      { closedAt: morning, openedAt: morning + 1 },
      '2026-11-30T12:00:00Z',
      { state: 'open' },
    ],
    [
      'is unknown where a message shortly before contradicts the report',
      { closedAt: morning, openedAt: morning - HOUR },
      '2026-11-30T12:00:00Z',
      { state: 'unknown', why: 'contradicted' },
    ],
    [
      'is closed where the message was a day before the report',
      { openedAt: morning, closedAt: morning + WINDOW_MS + 2_000 },
      '2026-12-01T11:00:00Z',
      { state: 'closed', closesAt: morning + WINDOW_MS },
    ],
    [
      'is closed where the report came after the reaction',
      { maybeAt: morning, closedAt: morning + 1 },
      '2026-11-30T12:00:00Z',
      { state: 'closed' },
    ],
    [
      'ended with the report, once the contradiction is a day old',
      { openedAt: morning, closedAt: morning + HOUR },
      '2026-12-01T10:00:00Z',
      { state: 'closed', closesAt: morning + HOUR },
    ],
  ])('%s', (_name, state, now, fact) => {
    expect(judgeWindow(state, at(now), whole)).toMatchObject(fact)
  })

  test('is never said to be closed where something may be missing', () => {
    fc.assert(
      fc.property(states, fc.nat(4 * WINDOW_MS), (state, now) => {
        expect(judgeWindow(state, now, { isComplete: false }).state).not.toBe('closed')
      }),
    )
  })

  test('is the same whatever the order, repetition and delay of the webhooks', () => {
    fc.assert(
      fc.property(fc.array(states), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (seen, random) => {
        const twice = [...seen, ...seen].map((state) => [Number(random.next().value), state] as const)
        const shuffled = twice.toSorted(([a], [b]) => a - b).map(([, state]) => state)
        expect(shuffled.reduce(mergeWindows, {})).toEqual(seen.reduce(mergeWindows, {}))
      }),
    )
  })

  test('is not moved back by a message that comes late', () => {
    const late = mergeWindows({ openedAt: morning }, { openedAt: at('2026-11-29T07:00:00Z') })
    expect(judgeWindow(late, morning + 1, whole)).toEqual({ state: 'open', closesAt: morning + WINDOW_MS })
  })

  test('is moved on by a call at its twentieth hour', () => {
    const called = mergeWindows({ openedAt: morning }, { openedAt: morning + 20 * HOUR })
    expect(judgeWindow(called, morning + 30 * HOUR, whole)).toMatchObject({ closesAt: morning + 44 * HOUR })
  })
})

const time = fc.option(fc.nat(2 * WINDOW_MS), { nil: undefined })
const states: fc.Arbitrary<WindowState> = fc.record({ openedAt: time, maybeAt: time, closedAt: time })

describe('what opens it', () => {
  const said = { channel: 'WHATSAPP', content: { type: 'text', text: 'Hello' } } as const
  test.each([
    ['a text', said, 'opens'],
    ['a tap on a button', { ...said, content: { type: 'button' } }, 'opens'],
    ['a permission to call', { ...said, content: { type: 'callPermission' } }, 'opens'],
    ['a reaction', { ...said, content: { type: 'reaction', action: 'ADDED' } }, 'uncertain'],
    ['something unsupported', { ...said, content: { type: 'unsupported' } }, 'uncertain'],
    ['a notice of a kind that nobody knows', { ...said, content: { type: 'unknown' } }, 'uncertain'],
    ['an infected file', { ...said, content: { type: 'infected' } }, 'uncertain'],
    ['a text in a group', { ...said, replyTo: { groupId: 'g' } }, 'uncertain'],
    [
      'a picture with something unknown',
      { ...said, content: { type: 'unknown' }, parts: [{ type: 'unknown' }, { type: 'image' }] },
      'opens',
    ],
    ['an SMS', { ...said, channel: 'SMS' }, 'none'],
  ] as const)('%s: %s', (_name, message, opening) => {
    expect(openingOf(message as Parameters<typeof openingOf>[0])).toBe(opening)
  })
})

describe('all has been read that could have opened it', () => {
  const now = 10 * WINDOW_MS
  test.each([
    ['with everything of a day, up to a second ago', { from: now - WINDOW_MS, endsTakenAt: now - 1_000 }, true],
    ['not without the first millisecond', { from: now - WINDOW_MS + 1, endsTakenAt: now - 1_000 }, false],
    ['not when the ends are ten seconds old', { from: 0, endsTakenAt: now - 10_000 }, false],
    ['not when the ends were taken in the future of a clock that went back', { from: 0, endsTakenAt: now + 1 }, false],
    ['not when nothing was read', undefined, false],
  ])('%s', (_name, coverage, complete) => {
    expect(isComplete(coverage, now)).toBe(complete)
  })
})
