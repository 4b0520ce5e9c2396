import { expect, test } from 'vitest'
import { toInstant } from './instant.ts'

test.each([
  ['2025-02-28T00:00:00Z', '2025-02-28T00:00:00.000Z'],
  ['2025-02-28T00:00:00.5Z', '2025-02-28T00:00:00.500Z'],
  ['2025-02-28T01:00:00+01:00', '2025-02-28T00:00:00.000Z'],
  ['2025-02-28T00:00:00.000+0000', '2025-02-28T00:00:00.000Z'],
  ['2025-02-28t00:00:00z', '2025-02-28T00:00:00.000Z'],
])('reads %s', (written, read) => {
  expect(toInstant(written)).toBe(read)
})

test.each([
  [''],
  ['tomorrow'],
  ['2025-02-30T99:00:00Z'],
  ['2025-02-28'],
  ['2025-02-28T00:00:00'],
  [1_740_700_800],
  [null],
])('reads no date from %j', (written) => {
  expect(toInstant(written)).toBeUndefined()
})
