/** @import { Reporter, TestCase } from 'vitest/node' */

/**
 * Says at the end which tests were skipped, and why: a count alone hides what this machine cannot try.
 * @implements {Reporter}
 */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class SkipReporter {
  /** @type {string[]} */
  #lines = []

  /** @param {TestCase} test */
  onTestCaseResult(test) {
    const result = test.result()
    if (result.state !== 'skipped') return
    this.#lines.push(`skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'no reason given'}`)
  }

  onTestRunEnd() {
    for (const line of this.#lines) process.stdout.write(`${line}\n`)
  }
}
