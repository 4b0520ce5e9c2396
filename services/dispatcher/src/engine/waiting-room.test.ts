import { expect, it } from 'vitest'
import { createWaitingRoom } from './waiting-room.ts'

it('has who has waited longest of a name make room for who comes', () => {
  const room = createWaitingRoom({ ofName: 2, inAll: 10 })
  const seats = ['acme', 'acme', 'globex', 'acme'].map((name) => room.enter(name))
  expect(seats.map(({ lost }) => lost.aborted)).toEqual([true, false, false, false])
})

it('takes from the name with the most where all are too many', () => {
  const room = createWaitingRoom({ ofName: 3, inAll: 4 })
  const seats = ['globex', 'acme', 'acme', 'acme', 'initech'].map((name) => room.enter(name))
  expect(seats.map(({ lost }) => lost.aborted)).toEqual([false, true, false, false, false])
})

it('has room again once somebody has left', () => {
  const room = createWaitingRoom({ ofName: 1, inAll: 1 })
  const first = room.enter('acme')
  first[Symbol.dispose]()
  const second = room.enter('acme')
  first[Symbol.dispose]()
  expect([first.lost.aborted, second.lost.aborted]).toEqual([false, false])
})
