import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { checkout } from './checkout.mjs'
import { readReport } from './count-tests.mjs'
import { say } from './say.mjs'
import { filesToTryAgain, withSecondTry } from './second-try.mjs'
import { runStep } from './steps.mjs'

/**
 * Runs vitest with the reporters that its counts and notes come from. `report` is there until `remove`. In CI files with failures
 * are run a second time, by themselves: with new processes, servers and names, so that nothing of the first try is met. A test that
 * passes then is named with its error: a bug to find, not a reason to hold a change up, unless FLAKY_FAILS says so.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [limitMs] after which it is ended, and has failed
 */
export async function runVitest(args, env, limitMs) {
  const folder = mkdtempSync(join(tmpdir(), 'imchannel-report-'))
  const report = join(folder, 'report.json')
  const problems = join(folder, 'problems')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  /** @param {string} file @param {string[]} args */
  const run = (file, args) => {
    const reporters = [
      '--reporter=default',
      '--reporter=./scripts/bootstrap/note-reporter.mjs',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]
    const step = { name: 'tests', command: 'vitest', args: ['run', ...reporters, ...args], limitMs }
    return runStep(step, { ...env, TEST_PROBLEMS: problems })
  }
  let code = await run(report, args)
  const first = readReport(report)
  const files = isTriedTwice(args, env) ? filesToTryAgain(first) : []
  if (first === undefined || files.length === 0) return { code, report, remove }
  say(`tried again: ${files.map((file) => relative(checkout, file)).join(' ')}`)
  const again = join(folder, 'again.json')
  code = await run(again, [...args.filter(isOption), ...files])
  const second = readReport(again)
  if (second === undefined) return { code, report, remove }
  const { report: merged, flaky } = withSecondTry(first, second)
  writeFileSync(report, JSON.stringify(merged))
  for (const { name, error } of flaky) {
    say(`flaky: ${relative(checkout, name)} passed only when it was tried again: a bug to find\n${error}`)
  }
  // What is wrong with a run apart from its tests is not mended by a second one.
  if (existsSync(problems)) {
    say(readFileSync(problems, 'utf8').trimEnd())
    code ||= 1
  }
  if (flaky.length > 0 && env.FLAKY_FAILS) code ||= 1
  return { code, report, remove }
}

/**
 * On a developer's machine nothing is tried twice. An option whose value is an argument of its own could not be told from a file.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function isTriedTwice(args, env) {
  return Boolean(env.CI) && args.every((arg) => !isOption(arg) || arg.includes('='))
}

/** @param {string} arg */
function isOption(arg) {
  return arg.startsWith('-')
}
