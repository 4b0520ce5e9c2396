import { describe, expect, it } from 'vitest'
import { type Books, score } from './score.ts'

const LATER = 100_000
const given = (...indexes: number[]) => indexes.map((index) => ({ id: `c${index}`, conversation: 'c', index, at: 0 }))
const told = (...ids: string[]) => ids.map((messageId) => ({ messageId, eventId: `event of ${messageId}` }))
const well: Books = {
  commands: given(0, 1, 2),
  taken: ['c0', 'c1', 'c2'],
  messages: [{ id: 'm0', conversation: 'c', index: 0, at: 0 }],
  events: told('m0'),
}

describe('the score', () => {
  it('of a contender that did all once, in order, has no mark', () => {
    expect(score(well, LATER, 1_000)).toEqual({ given: 4, waiting: 0, lost: 0, doubled: 0, reordered: 0 })
  })

  it.each<[string, Partial<Books>, object]>([
    ['a command that was never taken', { taken: ['c0', 'c1'] }, { lost: 1 }],
    ['a webhook answered 200 that is not in Kafka', { events: [] }, { lost: 1 }],
    ['a command that was taken three times', { taken: ['c0', 'c1', 'c1', 'c2', 'c1'] }, { doubled: 2 }],
    [
      'a message under two event ids',
      { events: [...told('m0'), { messageId: 'm0', eventId: 'other' }] },
      { doubled: 1 },
    ],
    ['one that was passed by a later one', { taken: ['c1', 'c0', 'c2'] }, { reordered: 1 }],
  ])('names %s', (_note, change, expected) => {
    expect(score({ ...well, ...change }, LATER, 1_000)).toMatchObject(expected)
  })

  it('holds nothing against who was not told yet: an event again under its id, a repeat behind, what is on its way', () => {
    expect(score({ ...well, events: [...told('m0'), ...told('m0')] }, LATER, 1_000)).toMatchObject({ doubled: 0 })
    expect(score({ ...well, taken: ['c0', 'c1', 'c2', 'c0'] }, LATER, 1_000)).toMatchObject({
      doubled: 1,
      reordered: 0,
    })
    expect(score({ ...well, taken: ['c0'] }, 500, 1_000)).toMatchObject({ waiting: 2, lost: 0 })
  })

  it('does not count as a repeat what nobody gave: a command is known once Kafka has confirmed it', () => {
    expect(score({ ...well, commands: given(0, 1), taken: ['c0', 'c1', 'c2'] }, LATER, 1_000)).toMatchObject({
      reordered: 0,
    })
  })
})
