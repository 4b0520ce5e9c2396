import { auditRecordedEvent, conversationIdOf, personIdOf } from '@imchannel/events'
import { describe, expect, test } from 'vitest'
import { createForgettings, peopleOf } from './forgettings.ts'

const secret = 'a-secret-of-sixteen'
const at = '2026-12-01T12:00:00.000Z'
const until = Date.parse(at)

function forgetting(names: readonly string[], more: { tenant?: string; at?: string; secret?: string } = {}) {
  const { tenant = 'acme' } = more
  return auditRecordedEvent(
    {
      tenant,
      action: 'forget',
      by: 'ana',
      via: 'command line',
      outcome: 'forgotten',
      people: peopleOf(more.secret ?? secret, { tenant, names }),
    },
    { at: more.at ?? at, actionId: 'one' },
  )
}

describe('who was forgotten', () => {
  const person = { tenant: 'acme', names: ['351910000042'] }

  test('is so for what was written until then, under each name and spelling, and in that tenant alone', () => {
    const forgettings = createForgettings(() => [secret])
    expect(forgettings.isForgotten(person, until)).toBe(false)
    expect(forgettings.take(forgetting(['351910000042', 'PT.9000000000000099', '5511987654321']))).toBe(true)
    for (const name of ['351910000042', '+351 910 000 042', 'PT.9000000000000099', '5511987654321', '551187654321'])
      expect(forgettings.isForgotten({ tenant: 'acme', names: [undefined, name] }, until), name).toBe(true)
    expect(forgettings.isForgotten(person, until + 1)).toBe(false)
    expect(forgettings.forgottenUntil(person)).toBe(until)
    expect(forgettings.isForgotten({ ...person, tenant: 'other' }, until)).toBe(false)
    expect(forgettings.isForgotten({ ...person, names: ['351910000043'] }, until)).toBe(false)
  })

  test('is so until the latest time, whatever came first, and also by a secret that was replaced', () => {
    const forgettings = createForgettings(() => ['a-new-secret-of-the-tenant', secret])
    expect(forgettings.take(forgetting(['351910000042'], { at: '2026-12-01T13:00:00.000Z' }))).toBe(true)
    expect(forgettings.take(forgetting(['351910000042']))).toBe(false)
    expect(forgettings.isForgotten(person, until + 3_600_000)).toBe(true)
  })

  test('is told by nobody without the secret, and by no name in the event', () => {
    const event = forgetting(['351910000042'])
    const forgettings = createForgettings(() => [])
    forgettings.take(event)
    expect(forgettings.isForgotten(person, until)).toBe(false)
    expect(JSON.stringify(event)).not.toContain('351910000042')
    expect(personIdOf(secret, { tenant: 'acme', name: '1' })).not.toBe(conversationIdOf(secret, 'acme:-:1'))
  })

  test('is nobody by another action', () => {
    const event = forgetting(['351910000042'])
    const forgettings = createForgettings(() => [secret])
    // `as`: made by `auditRecordedEvent` above.
    expect(forgettings.take({ ...event, data: { ...event.data, action: 'reveal' } } as typeof event)).toBe(false)
    expect(forgettings.isForgotten(person, until)).toBe(false)
  })
})
