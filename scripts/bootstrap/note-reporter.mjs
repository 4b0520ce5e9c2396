import { appendFileSync } from 'node:fs'

/** @import { Reporter, SerializedError, TestCase, TestModule, Vitest } from 'vitest/node' */

/**
 * Says at the end which tests were skipped, and why: a count alone hides what this machine cannot try. What is wrong with the run
 * apart from its tests it leaves in the file that `TEST_PROBLEMS` names, a line each.
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
  }

  /**
   * @param {string} name
   * @param {string | undefined} reason
   */
  #noteSkip(name, reason) {
    if (reason === undefined && this.#areAllMeant) {
      process.exitCode = 1
      const line = `skipped without a reason, which fails the run: ${name}`
      this.#lines.push(line)
      noteProblem(line)
    } else this.#lines.push(`skipped: ${name}: ${reason ?? 'not asked for'}`)
  }

  /**
   * @param {readonly TestModule[]} _modules
   * @param {readonly SerializedError[]} errors
   */
  onTestRunEnd(_modules, errors) {
    for (const line of this.#lines) process.stdout.write(`${line}\n`)
    for (const { message } of errors) noteProblem(`an error outside of every test: ${message}`)
  }
}

/** @param {string} line */
function noteProblem(line) {
  const { TEST_PROBLEMS } = process.env
  if (TEST_PROBLEMS) appendFileSync(TEST_PROBLEMS, `${line}\n`)
}
