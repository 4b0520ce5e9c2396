/**
 * @import { Report, Result } from './count-tests.mjs'
 * @typedef {{ name: string, error: string }} FlakyTest
 */

/** More than that is no chance: trying all of it again would only take long to say the same. */
const MOST_FILES = 10
/** Enough to see what was expected, what came, and where. */
const ERROR_LINES = 12

/**
 * The files that are worth a second try.
 * @param {Report | undefined} report
 * @returns {string[]}
 */
export function filesToTryAgain(report) {
  const failed = (report?.testResults ?? []).filter(({ status }) => status === 'failed').map(({ name }) => name)
  return failed.length > MOST_FILES ? [] : failed
}

/**
 * The first report with the second's results in place of its own, and what failed in the first and passed in the second.
 * @param {Report} first
 * @param {Report} second
 * @returns {{ report: Report, flaky: FlakyTest[] }}
 */
export function withSecondTry(first, second) {
  const again = new Map(second.testResults.map((result) => [result.name, result]))
  const testResults = first.testResults.map((result) => again.get(result.name) ?? result)
  const flaky = first.testResults.flatMap((result) => flakyOf(result, again.get(result.name)))
  return { report: { ...first, testResults }, flaky }
}

/**
 * @param {Result} first
 * @param {Result | undefined} second
 * @returns {FlakyTest[]}
 */
function flakyOf(first, second) {
  if (first.status !== 'failed' || second === undefined) return []
  const failed = first.assertionResults.filter(({ status }) => status === 'failed')
  // It failed before it had tests: what went wrong is said of the file.
  if (failed.length === 0) {
    return second.status === 'passed' ? [{ name: first.name, error: shortened(first.message ?? '') }] : []
  }
  const passed = new Set(
    second.assertionResults.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
  )
  return failed
    .filter(({ fullName }) => passed.has(fullName))
    .map(({ fullName, failureMessages = [] }) => ({
      name: `${first.name} > ${fullName}`,
      error: shortened(failureMessages.join('\n')),
    }))
}

/** @param {string} text */
function shortened(text) {
  const lines = text.split('\n').filter((line) => !line.includes('/node_modules/'))
  return [...lines.slice(0, ERROR_LINES), ...(lines.length > ERROR_LINES ? ['…'] : [])].join('\n')
}
