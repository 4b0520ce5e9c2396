import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './checkout.mjs'

/**
 * @typedef {{ testResults: { name: string, status: string, assertionResults: { status: string }[] }[] }} Report
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * The counts of vitest's own report, or of some of its files. A file that could not be run has no test that failed: it counts as one.
 * @param {string} report
 * @param {readonly string[]} [files] from the checkout; all without it
 * @returns {Counts}
 */
export function countTests(report, files) {
  const wanted = files && new Set(files.map((file) => join(checkout, file)))
  /** @type {Report} */
  let results
  try {
    results = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    // The runner ended before it could write one.
    return { passed: 0, failed: 1, skipped: 0 }
  }
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
 * @param {Counts} counts
 * @returns {string} `3 passed, 0 failed, 1 skipped`
 */
export function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/**
 * Leaves the counts to whoever sums up several runs: a line of JSON in the file that `TEST_COUNTS` names.
 * @param {Counts} counts
 * @param {NodeJS.ProcessEnv} env
 */
export function appendCounts(counts, { TEST_COUNTS }) {
  if (TEST_COUNTS) appendFileSync(TEST_COUNTS, `${JSON.stringify(counts)}\n`)
}
