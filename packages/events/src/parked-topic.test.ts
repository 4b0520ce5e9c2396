import { describe, expect, it } from 'vitest'
import { isParkedOf, parkedTopic, readParkedTopic } from './parked-topic.ts'
import { topics } from './topics.ts'

describe('parked topics', () => {
  it.each([
    ['imchannel.outbound.parked.acme', { topic: 'imchannel.outbound', tenant: 'acme' }],
    ['a.parked.b.parked.c-1', { topic: 'a.parked.b', tenant: 'c-1' }],
    ['imchannel.outbound', undefined],
    ['imchannel.outbound.parked.', undefined],
    ['imchannel.outbound.parked.Acme', undefined],
  ])('reads %s', (name, expected) => {
    expect(readParkedTopic(name)).toEqual(expected)
    if (expected !== undefined) expect(parkedTopic(expected.topic, expected.tenant)).toBe(name)
  })

  it.each([
    ['the tenant', 'x'.repeat(225), 'acme-with-a-name'],
    ['the end of the topic', 'x'.repeat(249), 'acme'],
  ])('stand a hash for %s where the name is too long for Kafka', (_what, topic, tenant) => {
    const name = parkedTopic(topic, tenant)
    expect(name.length).toBeLessThanOrEqual(249)
    expect(name).not.toBe(parkedTopic(topic, `${tenant}-2`))
    expect([isParkedOf(name, topic), topics().isWritten(name)]).toEqual([true, true])
    expect(isParkedOf(name, `${topic.slice(0, -1)}y`)).toBe(false)
  })

  it('begin with `<command topic>.parked.`, as ACLs have it, for every topic of up to 229 characters', () => {
    const topic = 'x'.repeat(229)
    expect(parkedTopic(topic, 'acme-with-a-name').startsWith(`${topic}.parked.`)).toBe(true)
  })
})
