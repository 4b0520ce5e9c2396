import { appendFileSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkout } from './checkout.mjs'

/**
 * @typedef {{ status: string, fullName?: string, failureMessages?: string[] }} TestResult
 * @typedef {{ name: string, status: string, message?: string, startTime?: number, endTime?: number, assertionResults: TestResult[] }} Result of a file
 * @typedef {{ testResults: Result[] }} Report
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ counts: Counts, tried?: string[], skipped?: string[] }} Run what several runs are summed up from: which tests were
 *   skipped, and which were not
 */

/**
 * The counts of vitest's own report, or of some of its files. A file that could not be run has no test that failed: it counts as one.
 * @param {string} report
 * @param {readonly string[]} [files] from the checkout; all without it
 * @returns {Counts}
 */
export function countTests(report, files) {
  const wanted = files && new Set(files.map((file) => join(checkout, file)))
  const results = readReport(report)
  // The runner ended before it could write one.
  if (results === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, status, assertionResults } of results.testResults) {
    if (wanted && !wanted.has(name)) continue
    const failed = assertionResults.filter(({ status }) => status === 'failed').length
    const passed = assertionResults.filter(({ status }) => status === 'passed').length
    counts.passed += passed
    counts.failed += failed === 0 && status === 'failed' ? 1 : failed
    counts.skipped += assertionResults.length - failed - passed
  }
  return counts
}

/**
 * The files that took longest, the longest first: what a shorter run begins with.
 * @param {string} report
 * @param {number} most
 * @returns {string[]} `412 s packages/…`
 */
export function slowestFiles(report, most) {
  const files = (readReport(report)?.testResults ?? []).map(({ name, startTime = 0, endTime = 0 }) => {
    return { name: relative(checkout, name), ms: endTime - startTime }
  })
  const slowest = files.sort((one, other) => other.ms - one.ms).slice(0, most)
  return slowest.map(({ name, ms }) => `${(ms / 1_000).toFixed(0)} s ${name}`)
}

/**
 * A whole run. One that ended with an error although no test failed (its servers could not be had, a secret was found) is a failure.
 * @param {string} report
 * @param {number} code with which the runner ended
 * @returns {Run}
 */
export function countRun(report, code) {
  const counts = countTests(report)
  const tests = (readReport(report)?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ status, name: `${relative(checkout, name)} ${fullName}` })),
  )
  return {
    counts: { ...counts, failed: counts.failed === 0 && code !== 0 ? 1 : counts.failed },
    tried: tests.filter(isTried).map(({ name }) => name),
    skipped: tests.filter((test) => !isTried(test)).map(({ name }) => name),
  }
}

/** @param {{ status: string }} test */
function isTried({ status }) {
  return status === 'passed' || status === 'failed'
}

/**
 * One sum of several runs. A test that one of them skipped and another tried is not skipped.
 * @param {readonly Run[]} runs
 * @returns {Counts}
 */
export function sumRuns(runs) {
  const tried = new Set(runs.flatMap(({ tried = [] }) => tried))
  const skipped = new Set(runs.flatMap(({ skipped = [] }) => skipped).filter((name) => !tried.has(name)))
  // Of a run that was skipped as a whole only the number is known.
  const unnamed = runs.filter((run) => run.skipped === undefined).map(({ counts }) => counts.skipped)
  return {
    passed: runs.reduce((sum, { counts }) => sum + counts.passed, 0),
    failed: runs.reduce((sum, { counts }) => sum + counts.failed, 0),
    skipped: skipped.size + unnamed.reduce((sum, count) => sum + count, 0),
  }
}

/**
 * @param {Counts} counts
 * @returns {string} `3 passed, 0 failed, 1 skipped`
 */
export function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/**
 * Leaves a run to the sum of several: a line of JSON in the file that `TEST_COUNTS` names.
 * @param {Run} run
 * @param {NodeJS.ProcessEnv} env
 */
export function appendCounts(run, { TEST_COUNTS }) {
  if (TEST_COUNTS) appendFileSync(TEST_COUNTS, `${JSON.stringify(run)}\n`)
}

/**
 * @param {string} report
 * @returns {Report | undefined} undefined where the runner left none
 */
export function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return undefined
  }
}
