import { expect, test } from 'vitest'
import { createTopicIdWatch } from './topic-id-watch.ts'

test('one question a second; what was asked for besides is known at once', async () => {
  let id = 'old'
  let questions = 0
  const watch = createTopicIdWatch(async () => {
    questions++
    return new Map([['t', id]])
  })
  expect(await watch.idOf('t')).toBe('old')
  id = 'new'
  expect(await watch.idOf('t')).toBe('old')
  expect(questions).toBe(1)
  expect(await watch.idsNow(['t'])).toEqual(new Map([['t', 'new']]))
  expect(await watch.idOf('t')).toBe('new')
  expect(questions).toBe(2)
})

test('a Kafka that does not answer says nothing', async () => {
  const watch = createTopicIdWatch(() => Promise.reject(new Error('away')))
  expect(await watch.idOf('t')).toBeUndefined()
  await expect(watch.idsNow(['t'])).rejects.toThrow('away')
})
