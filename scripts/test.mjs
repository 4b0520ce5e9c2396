import { command } from './bootstrap/command.mjs'
import { appendCounts, countRun, countsText, countTests, slowestFiles } from './bootstrap/count-tests.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { INTEGRATION_SUITE } from './bootstrap/integration-suite.mjs'
import { requireAll } from './bootstrap/requirements.mjs'
import { say } from './bootstrap/say.mjs'
import { runVitest } from './bootstrap/run-vitest.mjs'
import { CHECKS, runSteps } from './bootstrap/steps.mjs'

const HELP = `npm test [-- FILES OR OPTIONS OF VITEST]

Sets up what is missing, checks the sources and runs every test against a Kafka and a Redis of its own. With arguments: the
tests that they select, without the checks. The last line has the counts.

  KAFKA_BROKERS, REDIS_URL   a Kafka and a Redis to use instead
  INFOBIP_OPENAPI_DIR        Infobip's OpenAPI documents, for the tests that hold the emulator to them
  JAEGER_BIN                 a Jaeger, for the tests that read traces
`

const SLOWEST = 30

await command(HELP, async (args) => {
  const { KAFKA_BROKERS, REDIS_URL } = process.env
  requireAll({ kafka: !KAFKA_BROKERS, redis: !REDIS_URL }, process.env)
  await installWorkspace(process.env)
  const failedChecks = args.length > 0 ? [] : await runSteps(CHECKS, process.env)
  const { code, report, remove } = await runVitest(args, process.env)
  try {
    const run = countRun(report, code)
    const counts = { ...run.counts, failed: run.counts.failed + failedChecks.length }
    if (failedChecks.length > 0) say(`failed before the tests: ${failedChecks.join(', ')}`)
    if (args.length === 0) {
      say(`slowest: ${slowestFiles(report, SLOWEST).join(', ')}`)
      say(`integration suite on local-stack: ${countsText(countTests(report, INTEGRATION_SUITE))}`)
    }
    appendCounts({ ...run, counts }, process.env)
    say(countsText(counts))
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1
  } finally {
    remove()
  }
})
