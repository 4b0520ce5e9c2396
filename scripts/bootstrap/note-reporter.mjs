/** @import { Reporter, TestCase } from 'vitest/node' */

/**
 * Says at the end which tests were skipped, and why, and which passed only when they were tried again: a count alone hides what this
 * machine cannot try, and a second try hides a bug.
 * @implements {Reporter}
 */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class NoteReporter {
  /** @type {string[]} */
  #lines = []

  /** @param {TestCase} test */
  onTestCaseResult(test) {
    const result = test.result()
    const name = `${test.module.relativeModuleId} > ${test.fullName}`
    if (result.state === 'skipped') this.#lines.push(`skipped: ${name}: ${result.note ?? 'no reason given'}`)
    if (test.diagnostic()?.flaky) this.#lines.push(`flaky: ${name} passed only when it was tried again: a bug to find`)
  }

  onTestRunEnd() {
    for (const line of this.#lines) process.stdout.write(`${line}\n`)
  }
}
