import { parseCommand } from '@imchannel/events'
import { describe, expect, it } from 'vitest'
import { createRandom } from '@imchannel/testkit'
import { createPoison, POISONS } from './poison.ts'

const head = { id: 'c-1', tenant: 'acme', from: '447700900123', to: '351910000042' }

function readingOf(kind: number): unknown {
  const value = Buffer.from(POISONS[kind]?.(head) ?? '')
  return parseCommand({ topic: 't', partition: 0, offset: '0', key: null, value, headers: {} })
}

describe('poison', () => {
  it.each([0, 1, 2])('of kind %i is refused under its own id', (kind) => {
    expect(readingOf(kind)).toMatchObject({
      outcome: 'rejected',
      subject: { commandId: 'c-1', tenant: 'acme' },
      error: { code: 'invalid_command' },
    })
  })

  it('comes in rounds of all kinds', () => {
    const next = createPoison(createRandom(1))
    const lengths = Array.from({ length: 2 * POISONS.length }, () => next(head).length)
    const each = POISONS.map((poison) => poison(head).length).toSorted()
    expect(lengths.slice(0, POISONS.length).toSorted()).toEqual(each)
    expect(lengths.slice(POISONS.length).toSorted()).toEqual(each)
  })

  it('of the last kind is right', () => {
    expect(readingOf(3)).toMatchObject({ outcome: 'command', command: { id: 'c-1' } })
  })
})
