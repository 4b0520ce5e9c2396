import { readFileSync } from 'node:fs'

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} Report
 */

/**
 * The counts of vitest's own report. A file that could not be run has no test that failed: it counts as one.
 * @param {string} file
 */
export function countTests(file) {
  /** @type {Report} */
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // The runner ended before it could write one.
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(({ status }) => status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
