import { parseCommand } from '@imchannel/events'
import { describe, expect, it } from 'vitest'
import { poisonOf } from './poison.ts'

const head = { id: 'c-1', tenant: 'acme', from: '447700900123', to: '351910000042' }

function readingOf(kind: number): unknown {
  const value = Buffer.from(poisonOf({ pick: (all) => all[kind] } as Parameters<typeof poisonOf>[0], head))
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

  it('of the last kind is right', () => {
    expect(readingOf(3)).toMatchObject({ outcome: 'command', command: { id: 'c-1' } })
  })
})
