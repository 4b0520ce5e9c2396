import { expect, test } from 'vitest'
import { assignSticky, type GroupMember } from './sticky-assignment.ts'

const partitionsOf = (count: number) => () => Array.from({ length: count }, (_, partition) => partition)

function member(id: string, topics: string[], owned: string[] = []): GroupMember {
  return { id, topics: new Set(topics), owned: new Set(owned) }
}

function ownedBy(assigned: ReturnType<typeof assignSticky>, id: string): string[] {
  return (assigned.get(id) ?? []).map(({ topic, partition }) => `${topic} ${partition}`)
}

test('each partition has one owner, and shares differ by one at most', () => {
  const assigned = assignSticky(
    [member('a', ['t', 'u']), member('b', ['t', 'u']), member('c', ['t', 'u'])],
    partitionsOf(7),
  )
  const all = ['a', 'b', 'c'].flatMap((id) => ownedBy(assigned, id))
  expect(new Set(all).size).toBe(14)
  expect(all).toHaveLength(14)
  const sizes = ['a', 'b', 'c'].map((id) => ownedBy(assigned, id).length)
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
})

test('nobody moves when nothing changed', () => {
  const first = assignSticky([member('a', ['t', 'u', 'v']), member('b', ['t', 'u', 'v'])], partitionsOf(5))
  const again = assignSticky(
    ['b', 'a'].map((id) => member(id, ['t', 'u', 'v'], ownedBy(first, id))),
    partitionsOf(5),
  )
  for (const id of ['a', 'b']) expect(new Set(ownedBy(again, id))).toEqual(new Set(ownedBy(first, id)))
})

test('a newcomer takes its share, and only that moves', () => {
  const before = assignSticky([member('a', ['t']), member('b', ['t'])], partitionsOf(12))
  const after = assignSticky(
    [member('a', ['t'], ownedBy(before, 'a')), member('b', ['t'], ownedBy(before, 'b')), member('c', ['t'])],
    partitionsOf(12),
  )
  for (const id of ['a', 'b']) expect(ownedBy(before, id)).toEqual(expect.arrayContaining(ownedBy(after, id)))
  expect(ownedBy(after, 'c')).toHaveLength(4)
})

test('a topic goes to those alone who know of it', () => {
  const assigned = assignSticky([member('a', ['old']), member('b', ['old', 'new'])], partitionsOf(2))
  expect(ownedBy(assigned, 'b').filter((name) => name.startsWith('new'))).toEqual(['new 0', 'new 1'])
})

test('two that claim the same partition do not both get it', () => {
  const assigned = assignSticky([member('a', ['t'], ['t 0']), member('b', ['t'], ['t 0'])], partitionsOf(2))
  expect([...ownedBy(assigned, 'a'), ...ownedBy(assigned, 'b')].sort()).toEqual(['t 0', 't 1'])
})

test('co-partitioned topics are shared alike, and stay so when members come', () => {
  const together = { coPartitioned: true }
  const first = assignSticky([member('a', ['t', 'u']), member('b', ['t', 'u'])], partitionsOf(5), together)
  const after = assignSticky(
    [
      member('a', ['t', 'u'], ownedBy(first, 'a')),
      member('b', ['t', 'u'], ownedBy(first, 'b')),
      member('c', ['t', 'u']),
    ],
    partitionsOf(5),
    together,
  )
  for (const [assigned, ids] of [
    [first, ['a', 'b']],
    [after, ['a', 'b', 'c']],
  ] as const) {
    const all = ids.flatMap((id) => ownedBy(assigned, id))
    expect(new Set(all).size).toBe(10)
    for (const id of ids) {
      const [t, u] = ['t ', 'u '].map((topic) => ownedBy(assigned, id).filter((name) => name.startsWith(topic)))
      expect(u?.map((name) => name.slice(2))).toEqual(t?.map((name) => name.slice(2)))
    }
  }
})
