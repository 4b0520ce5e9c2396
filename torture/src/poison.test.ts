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
    const round = (): Set<number> => new Set(POISONS.map(() => next(head).length))
    const each = new Set(POISONS.map((poison) => poison(head).length))
    expect([round(), round()]).toEqual([each, each])
  })

  it('of the last kind is right', () => {
    expect(readingOf(3)).toMatchObject({ outcome: 'command', command: { id: 'c-1' } })
  })
})
