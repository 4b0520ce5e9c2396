/** @import { Reporter, TestCase, Vitest } from 'vitest/node' */

/**
 * Says at the end which tests were skipped, and why, and which passed only when they were tried again: a count alone hides what this
 * machine cannot try, and a second try hides a bug.
 * @implements {Reporter}
 */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class NoteReporter {
  /** @type {string[]} */
  #lines = []
  #areAllMeant = true

  /** @param {Vitest} vitest */
  onInit(vitest) {
    // Who asks for some tests by name has skipped the others by that.
    this.#areAllMeant = vitest.config.testNamePattern === undefined
  }

  /** @param {TestCase} test */
  onTestCaseResult(test) {
    const result = test.result()
    const name = `${test.module.relativeModuleId} > ${test.fullName}`
    if (result.state === 'skipped') this.#noteSkip(name, result.note ?? /\((skipped [^)]+)\)/.exec(name)?.[1])
    if (test.diagnostic()?.flaky) this.#lines.push(`flaky: ${name} passed only when it was tried again: a bug to find`)
  }

  /**
   * @param {string} name
   * @param {string | undefined} reason
   */
  #noteSkip(name, reason) {
    if (reason === undefined && this.#areAllMeant) {
      process.exitCode = 1
      this.#lines.push(`skipped without a reason, which fails the run: ${name}`)
    } else this.#lines.push(`skipped: ${name}: ${reason ?? 'not asked for'}`)
  }

  onTestRunEnd() {
    for (const line of this.#lines) process.stdout.write(`${line}\n`)
  }
}
