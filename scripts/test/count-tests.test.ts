import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { countTests } from '../bootstrap/count-tests.mjs'

const folder = mkdtempSync(join(tmpdir(), 'imchannel-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file that could not be run counts as a failure, skipped and to-do tests as skipped', () => {
  const file = join(folder, 'report.json')
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  }
  writeFileSync(file, JSON.stringify(report))
  expect(countTests(file)).toEqual({ passed: 5, failed: 2, skipped: 3 })
})

test('a runner that left no report has failed', () => {
  expect(countTests(join(folder, 'missing.json'))).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
