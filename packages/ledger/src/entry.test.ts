import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeIdentity } from './entry.ts'

const identity = { commandId: 'x', from: '1', to: '2', print: 'p' }

describe('a stored entry', () => {
  it.each([
    [
      'a final state in lower case is reported',
      `1|a||5|1|0|0|${encodeIdentity(identity)}`,
      { state: 'accepted', reported: true },
    ],
    [
      'a final state in upper case is not',
      `1|A|o|5|1|0|0|${encodeIdentity(identity)}|{}`,
      { state: 'accepted', reported: false },
    ],
    [
      'an unknown one keeps a report',
      `1|U||5|1|0|1|${encodeIdentity(identity)}`,
      { state: 'unknown', reportSeen: true },
    ],
  ])('%s', (_note, stored, expected) => {
    expect(decodeEntry(stored)).toMatchObject({ kind: 'entry', entry: { ...identity, at: 5, ...expected } })
  })

  it.each([
    ['a newer format', '2|S|o|5|1|0|0|p|1|2||x', '2'],
    ['a state nobody knows', '1|Q|o|5|1|0|0|p|1|2||x', '1'],
    ['a torn value', '1|S|o', '1'],
    ['something else', 'hello', 'hello'],
  ])('%s is foreign, never guessed', (_note, stored, format) => {
    expect(decodeEntry(stored)).toEqual({ kind: 'foreign', format })
  })

  it('is absent where there is none', () => {
    expect(decodeEntry(null)).toEqual({ kind: 'absent' })
  })
})
