import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStep } from './steps.mjs'

/**
 * Runs vitest with the reporters that its counts and notes come from. `report` is there until `remove`.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [limitMs] after which it is ended, and has failed
 */
export async function runVitest(args, env, limitMs) {
  const folder = mkdtempSync(join(tmpdir(), 'imchannel-report-'))
  const report = join(folder, 'report.json')
  const reporters = [
    '--reporter=default',
    '--reporter=./scripts/bootstrap/note-reporter.mjs',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const code = await runStep({ name: 'tests', command: 'vitest', args: ['run', ...reporters, ...args], limitMs }, env)
  return { code, report, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
