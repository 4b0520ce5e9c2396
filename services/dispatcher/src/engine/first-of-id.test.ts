import { expect, it } from 'vitest'
import { createFirstOfId } from './first-of-id.ts'

const PLACE = { topic: 'imchannel.outbound', partition: 0, offset: '1' }

it('has each command of an id wait for the one before it, and no other', async () => {
  const first = createFirstOfId()
  const [one, two, three, other] = ['a', 'a', 'a', 'b'].map((id) => first.deliver(id, PLACE))
  expect([one?.before, other?.before]).toEqual([undefined, undefined])
  one?.leave('parked')
  expect(await two?.before).toBe('parked')
  two?.leave('ended')
  expect(await three?.before).toBe('ended')
  three?.leave('ended')
  expect(first.deliver('a', PLACE).before).toBeUndefined()
})

it('lets nobody wait for a command whose partition is gone, or which is finished elsewhere', async () => {
  const first = createFirstOfId()
  first.deliver('a', PLACE)
  const second = first.deliver('a', { ...PLACE, partition: 1 })
  first.assigned([{ topic: PLACE.topic, partition: 1 }])
  expect(await second.before).toBe('gone')
  const third = first.deliver('a', { ...PLACE, partition: 1, offset: '7' })
  first.left({ topic: PLACE.topic, partition: 1, below: 1 })
  expect(third.before).toBeDefined()
  first.left({ topic: PLACE.topic, partition: 1, below: 2 })
  expect(await third.before).toBe('gone')
})
