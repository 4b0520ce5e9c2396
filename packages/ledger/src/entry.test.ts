import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeIdentity } from './entry.ts'
import { accountHash, decodeDetails, encodeDetails } from './request-details.ts'

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

  it('of the second format has the details of its request', () => {
    const request = {
      form: 'fallback',
      api: 'whatsapp',
      class: 'bulk',
      source: 'a,b|c%',
      template: 'order_shipped',
      category: 'utility',
      window: 'closed',
      freeEntryPoint: 'no',
      account: accountHash('https://x.api.infobip.com'),
    } as const
    const stored = `2|A|o|5|1|0|0|${encodeIdentity(identity)}|${encodeDetails(request)}|{"a":"b|c"}`
    expect(decodeEntry(stored)).toMatchObject({
      kind: 'entry',
      entry: { ...identity, state: 'accepted', request, outcome: '{"a":"b|c"}' },
    })
  })

  it.each([
    {},
    { window: 'open' },
    { freeEntryPoint: 'yes' },
    { window: 'closed', freeEntryPoint: 'no', account: 'x' },
  ] as const)('keeps %j as it is', (details) => {
    expect(decodeDetails(encodeDetails(details))).toEqual(details)
  })

  it('takes 100 bytes at most for them', () => {
    const longest = {
      form: 'fallback',
      api: 'whatsapp',
      class: 'bulk',
      source: '€|'.repeat(200),
      template: 'ä,'.repeat(200),
      category: 'marketing',
      window: 'closed',
      freeEntryPoint: 'no',
      account: accountHash('https://x.api.infobip.com'),
    } as const
    const encoded = encodeDetails(longest)
    expect(Buffer.byteLength(`|${encoded}`)).toBeLessThanOrEqual(100)
    const kept = decodeDetails(encoded)
    expect(longest.source.startsWith(kept.source ?? '?')).toBe(true)
    expect(longest.template.startsWith(kept.template ?? '?')).toBe(true)
  })

  it.each([
    ['a newer format', '3|S|o|5|1|0|0|p|1|2||x', '3'],
    ['the second without its details', '2|S|o|5|1|0|0|p|1|2||x', '2'],
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
