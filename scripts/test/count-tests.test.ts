import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkout } from '../bootstrap/checkout.mjs'
import { countRun, countsText, countTests, slowestFiles, sumRuns } from '../bootstrap/count-tests.mjs'
import { filesToTryAgain, withSecondTry } from '../bootstrap/second-try.mjs'

const folder = mkdtempSync(join(tmpdir(), 'imchannel-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

function failedWith(fullName: string, ...failureMessages: string[]) {
  return { status: 'failed', fullName, failureMessages }
}

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

test('the slowest files come first', () => {
  const file = join(folder, 'times.json')
  const testResults = Object.entries({ a: 1_000, b: 3_000, c: 2_000 }).map(([name, endTime]) => {
    return { name: join(checkout, name), status: 'passed', startTime: 0, endTime, assertionResults: [] }
  })
  writeFileSync(file, JSON.stringify({ testResults }))
  expect(slowestFiles(file, 2)).toEqual(['3 s b', '2 s c'])
})

test('a runner that left no report has failed', () => {
  expect(countTests(join(folder, 'missing.json'))).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('a run that ends with an error although no test failed is a failure', () => {
  const file = join(folder, 'green.json')
  const green = { name: join(checkout, 'a.test.ts'), status: 'passed', assertionResults: tests('passed') }
  writeFileSync(file, JSON.stringify({ testResults: [green] }))
  expect(countRun(file, 0).counts).toEqual({ passed: 1, failed: 0, skipped: 0 })
  expect(countRun(file, 1).counts).toEqual({ passed: 1, failed: 1, skipped: 0 })
})

test('what one run skips and another tries is not skipped in all', () => {
  const bare = { counts: { passed: 5, failed: 0, skipped: 2 }, tried: ['a'], skipped: ['needs go', 'needs kcat'] }
  const extras = { counts: { passed: 1, failed: 0, skipped: 1 }, tried: ['needs go'], skipped: ['needs kcat'] }
  const images = { counts: { passed: 0, failed: 0, skipped: 7 } }
  expect(sumRuns([bare, extras, images])).toEqual({ passed: 6, failed: 0, skipped: 8 })
})

test('what a second try gives stands for its files, and what passed only then is named with its first error', () => {
  const stays = { name: 'a.test.ts', status: 'passed', assertionResults: tests('passed') }
  const first = {
    testResults: [
      stays,
      { name: 'b.test.ts', status: 'failed', assertionResults: [failedWith('b 1', 'was 3'), failedWith('b 2', 'no')] },
      { name: 'c.test.ts', status: 'failed', message: 'port taken', assertionResults: [] },
    ],
  }
  const b = {
    name: 'b.test.ts',
    status: 'failed',
    assertionResults: [{ status: 'passed', fullName: 'b 1' }, failedWith('b 2', 'no')],
  }
  const c = { name: 'c.test.ts', status: 'passed', assertionResults: tests('passed', 'passed') }
  expect(filesToTryAgain(first)).toEqual(['b.test.ts', 'c.test.ts'])
  expect(withSecondTry(first, { testResults: [c, b] })).toEqual({
    report: { testResults: [stays, b, c] },
    flaky: [
      { name: 'b.test.ts > b 1', error: 'was 3' },
      { name: 'c.test.ts', error: 'port taken' },
    ],
  })
})

test('where much has failed nothing is tried again, and so where nothing has', () => {
  const testResults = Array.from({ length: 11 }, (_, name) => ({
    name: `${name}`,
    status: 'failed',
    assertionResults: [],
  }))
  expect(filesToTryAgain({ testResults })).toEqual([])
  expect(filesToTryAgain({ testResults: [] })).toEqual([])
  expect(filesToTryAgain(undefined)).toEqual([])
})
