import { expect, it } from 'vitest'
import type { CommandRecord } from './record.ts'
import { withUsableTimestamp } from './written-at.ts'

const NOW = 1_772_445_600_000
const record: CommandRecord = {
  topic: 'imchannel.outbound',
  partition: 0,
  offset: '0',
  timestamp: NOW,
  key: null,
  value: null,
  headers: {},
}

it.each([
  ['no timestamp', -1],
  ['0', 0],
  ['seconds', NOW / 1_000],
  ['microseconds', NOW * 1_000],
  ['two days ahead', NOW + 48 * 3_600_000],
  ['no number', NaN],
])('counts a record’s age from its reading where its timestamp is %s', (_what, timestamp) => {
  expect(withUsableTimestamp({ ...record, timestamp }, NOW)).toEqual(record)
})

it.each([
  ['now', NOW],
  ['a week ago', NOW - 7 * 24 * 3_600_000],
  ['of a clock that is an hour ahead', NOW + 3_600_000],
])('believes a timestamp of %s', (_what, timestamp) => {
  const one = { ...record, timestamp }
  expect(withUsableTimestamp(one, NOW)).toBe(one)
})
