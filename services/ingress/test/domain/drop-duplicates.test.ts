import { describe, expect, test } from 'vitest'
import { dropDuplicates, idsOf } from '../../src/domain/drop-duplicates.ts'
import { plan } from './read.ts'

function message(text: string, messageId = 'm-1'): object {
  return { messageId, from: '351910000042', to: '447700900123', message: { type: 'TEXT', text } }
}

function planned(...results: object[]) {
  return plan(JSON.stringify({ results })).planned
}

function remember(...results: object[]): Map<string, string> {
  return new Map(
    dropDuplicates(planned(...results), new Map()).fresh.map(({ event, fingerprint }) => [event.id, fingerprint]),
  )
}

describe('a webhook delivered again', () => {
  test('is not published again', () => {
    const results = [message('one'), message('two', 'm-2')]
    expect(dropDuplicates(planned(...results), remember(...results))).toEqual({ fresh: [], repeated: 2 })
  })

  test('is published again, under the same ids, where nothing is remembered', () => {
    const first = dropDuplicates(planned(message('one')), new Map()).fresh
    const second = dropDuplicates(planned(message('one')), new Map()).fresh
    expect(second.map(({ event }) => event.id)).toEqual(first.map(({ event }) => event.id))
  })

  test('is the same with its fields in another order, and with nulls', () => {
    const again = {
      message: { text: 'one', context: null, type: 'TEXT' },
      to: '447700900123',
      from: '351910000042',
      messageId: 'm-1',
    }
    expect(dropDuplicates(planned(again), remember(message('one'))).repeated).toBe(1)
  })

  test('is only published for the results that are new', () => {
    const { fresh, repeated } = dropDuplicates(planned(message('one'), message('two', 'm-2')), remember(message('one')))
    expect([fresh.map(({ event }) => event.subject), repeated]).toEqual([['m-2'], 1])
  })
})

describe('a second message of the same id', () => {
  test('whose content differs is published under another id, once', () => {
    const first = remember(message('one'))
    const { fresh } = dropDuplicates(planned(message('edited')), first)
    expect(fresh).toHaveLength(1)
    const [again] = fresh
    expect(first.has(again?.event.id ?? '')).toBe(false)
    const memory = new Map([...first, [again?.event.id ?? '', again?.fingerprint ?? '']])
    expect(dropDuplicates(planned(message('edited'), message('one')), memory)).toEqual({ fresh: [], repeated: 2 })
  })

  test('in the same webhook is told apart too', () => {
    const { fresh, repeated } = dropDuplicates(
      planned(message('one'), message('two'), message('one'), message('two')),
      new Map(),
    )
    expect(new Set(fresh.map(({ event }) => event.id)).size).toBe(2)
    expect(repeated).toBe(2)
  })

  test('has both its ids asked about', () => {
    expect(
      idsOf(planned(message('one'), message('one'), { messageId: 'r', seenAt: '2026-03-04T05:07:00.000+0000' })),
    ).toHaveLength(3)
  })
})
