import { createLogger } from '@imchannel/logging'
import { beforeEach, describe, expect, test } from 'vitest'
import type { AccountInUse } from '../adapters/accounts.ts'
import { createReadingInstruments, type ReadingInstruments } from './reading-instruments.ts'
import { createSenderQualities } from './sender-quality.ts'

const account = { tenant: 'acme', settings: { id: 'one' } } as unknown as AccountInUse // what a line names of it
let lines: string[]
let instruments: ReadingInstruments
beforeEach(() => {
  lines = []
  const write = (text: string): void => void lines.push(text)
  const log = createLogger({ service: 'dispatcher', format: 'classic', level: 'info', privacy: 'none', write })
  instruments = createReadingInstruments(log, createSenderQualities({ now: () => 0, freshMs: 1 }))
})

describe('a reading', () => {
  test('that is refused is told once, with the scope that the key lacks, and again when it works', () => {
    for (let time = 0; time < 3; time++)
      instruments.answered(account, 'templates', { kind: 'refused-key', httpStatus: 403 })
    instruments.answered(account, 'quality', { kind: 'refused-key', httpStatus: 403 })
    instruments.answered(account, 'templates', { kind: 'read', value: [] })
    instruments.answered(account, 'templates', { kind: 'read', value: [] })
    expect(lines).toEqual([
      expect.stringMatching(/\[one\] read templates \(403\).*whatsapp:manage/),
      expect.stringMatching(/read the quality of its senders \(403\)/),
      expect.stringMatching(/templates can be read again/),
    ])
  })

  test('that is off is told once, and once when it is on', () => {
    for (const why of ['no topic', 'no topic', undefined, undefined]) instruments.off('templates', why)
    expect(lines).toEqual([
      expect.stringContaining('templates are off, and sending goes on: no topic'),
      expect.stringContaining('templates: on again'),
    ])
  })
})

describe('headers of an answer', () => {
  test('that take an endpoint away are told once for each, and again when the day moves', () => {
    const sunsetAt = Date.parse('2027-01-01T00:00:00Z')
    for (let time = 0; time < 3; time++) instruments.notices('/omni/1/advanced', { sunsetAt })
    instruments.notices('/omni/1/logs', { deprecatedAt: 'unknown' })
    instruments.notices('/omni/1/advanced', { sunsetAt: sunsetAt + 1_000 })
    instruments.notices('/omni/1/scenarios', {})
    expect(lines).toEqual([
      expect.stringMatching(/\[\/omni\/1\/advanced\] away: it may be gone from 2027-01-01T00:00:00.000Z on/),
      expect.stringMatching(/\[\/omni\/1\/logs\] away: it may be gone without a date/),
      expect.stringMatching(/\[\/omni\/1\/advanced\] away: it may be gone from 2027-01-01T00:00:01.000Z on/),
    ])
  })

  test('whose clock is not Redis’s are told', () => {
    instruments.redisAhead(-60_000)
    instruments.notices('/omni/1/advanced', { date: Date.now() - 60_000 })
    expect(lines).toEqual([])
    instruments.redisAhead(0)
    instruments.notices('/omni/1/advanced', { date: Date.now() - 60_000 })
    instruments.notices('/omni/1/advanced', { date: Date.now() - 60_000 })
    expect(lines).toEqual([expect.stringMatching(/clock differs from Redis's by -60 s/)])
  })
})
