import { expect, test } from 'vitest'
import { eventRegistry, eventTypes, topicOf } from './index.ts'
import { topics } from './topics.ts'

const acme = topics('acme')

test('tells what the system writes from what bots write', () => {
  const written = eventTypes.map((type) => topicOf(type, acme))
  expect(written.filter((topic) => !acme.isWritten(topic))).toEqual([])
  expect(Object.keys(eventRegistry).length).toBe(eventTypes.length)
  const others = ['acme.audit', 'acme.bot.shop.deadletter', acme.deadletter, acme.parked('a-1'), 'x.y.parked.acme']
  expect(others.filter((topic) => !acme.isWritten(topic))).toEqual([])
  const commands = [acme.outbound, 'acme.commands', 'acme.outbound.vip', 'other.inbound', 'acme.inbound.commands']
  expect(commands.filter((topic) => acme.isWritten(topic))).toEqual([])
})
