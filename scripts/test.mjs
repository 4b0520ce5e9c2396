import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from './bootstrap/command.mjs'
import { countTests } from './bootstrap/count-tests.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { requireAll } from './bootstrap/requirements.mjs'
import { say } from './bootstrap/say.mjs'
import { CHECKS, runStep, runSteps } from './bootstrap/steps.mjs'

const HELP = `npm test [-- FILES OR OPTIONS OF VITEST]

Sets up what is missing, checks the sources and runs every test against a Kafka and a Redis of its own. With arguments: the
tests that they select, without the checks. The last line has the counts.

  KAFKA_BROKERS, REDIS_URL   a Kafka and a Redis to use instead
  INFOBIP_OPENAPI_DIR        Infobip's OpenAPI documents, for the tests that hold the emulator to them
  JAEGER_BIN                 a Jaeger, for the tests that read traces
`

await command(HELP, async (args) => {
  const { KAFKA_BROKERS, REDIS_URL } = process.env
  requireAll({ kafka: !KAFKA_BROKERS, redis: !REDIS_URL }, process.env)
  await installWorkspace(process.env)
  const failedChecks = args.length > 0 ? [] : await runSteps(CHECKS, process.env)
  const folder = mkdtempSync(join(tmpdir(), 'imchannel-report-'))
  try {
    const report = join(folder, 'report.json')
    const reporters = [
      '--reporter=default',
      '--reporter=./scripts/bootstrap/note-reporter.mjs',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]
    const code = await runStep({ name: 'tests', command: 'vitest', args: ['run', ...reporters, ...args] }, process.env)
    const { passed, failed, skipped } = countTests(report)
    if (failedChecks.length > 0) say(`failed before the tests: ${failedChecks.join(', ')}`)
    say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
    return code === 0 && failed === 0 && passed > 0 && failedChecks.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
