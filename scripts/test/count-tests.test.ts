import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkout } from '../bootstrap/checkout.mjs'
import { countsText, countTests } from '../bootstrap/count-tests.mjs'

const folder = mkdtempSync(join(tmpdir(), 'imchannel-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

function tests(...statuses: string[]): { status: string }[] {
  return statuses.map((status) => ({ status }))
}

test('a file that could not be run counts as a failure, skipped and to-do tests as skipped', () => {
  const file = join(folder, 'report.json')
  const report = {
    testResults: [
      { name: join(checkout, 'a.test.ts'), status: 'failed', assertionResults: tests('failed', 'passed', 'passed') },
      { name: join(checkout, 'b.test.ts'), status: 'failed', assertionResults: [] },
      {
        name: join(checkout, 'c.test.ts'),
        status: 'passed',
        assertionResults: tests('passed', 'pending', 'todo', 'skipped'),
      },
    ],
  }
  writeFileSync(file, JSON.stringify(report))
  expect(countTests(file)).toEqual({ passed: 3, failed: 2, skipped: 3 })
  expect(countTests(file, ['a.test.ts', 'c.test.ts'])).toEqual({ passed: 3, failed: 1, skipped: 3 })
  expect(countsText(countTests(file, ['c.test.ts']))).toBe('1 passed, 0 failed, 3 skipped')
})

test('a runner that left no report has failed', () => {
  expect(countTests(join(folder, 'missing.json'))).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
