import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { checkout } from './bootstrap/checkout.mjs'
import { command } from './bootstrap/command.mjs'
import { appendCounts, countRun, countsText, countTests } from './bootstrap/count-tests.mjs'
import { buildImages, dockerObstacle, removeTraces } from './bootstrap/docker.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { IMAGE_TESTS, INTEGRATION_SUITE } from './bootstrap/integration-suite.mjs'
import { requireAll } from './bootstrap/requirements.mjs'
import { runVitest } from './bootstrap/run-vitest.mjs'
import { say } from './bootstrap/say.mjs'

const HELP = `npm run test:containers [-- FILES OR OPTIONS OF VITEST]

Builds our images and runs the integration suite with everything from images: Kafka, Redis, Jaeger and the services. Then the
tests of the images themselves, and docker compose up with a conversation on the phone page. Without Docker, or where an image
that they build on cannot be had, all of them are skipped, and counted so. The last line has the counts.

  IMCHANNEL_TAG   of our images (dev)
  SKIP_IMAGES     a reason to skip them all
`
const config = '--config=vitest.containers.config.ts'
/** It takes three minutes on two cores. */
const SUITE_MS = 8 * 60_000
const LIST_MS = 2 * 60_000

await command(HELP, async (args) => {
  requireAll({ kafka: false, redis: false }, process.env)
  await installWorkspace(process.env)
  const obstacle = process.env.SKIP_IMAGES || dockerObstacle()
  if (obstacle !== undefined) {
    say(`skipped: every test with images: ${obstacle}`)
    const skipped = listTests().length
    appendCounts({ counts: { passed: 0, failed: 0, skipped } }, process.env)
    say(countsText({ passed: 0, failed: 0, skipped }))
    return 0
  }
  if (!buildImages()) {
    appendCounts({ counts: { passed: 0, failed: 1, skipped: 0 } }, process.env)
    say('docker compose build failed')
    say(countsText({ passed: 0, failed: 1, skipped: 0 }))
    return 1
  }
  const run = randomUUID()
  const env = { ...process.env, TEST_STACK: 'containers', TEST_RUN: run }
  try {
    const { code, report, remove } = await runVitest([config, ...args], env, SUITE_MS)
    try {
      const ended = countRun(report, code)
      const { counts } = ended
      if (args.length === 0) {
        say(`integration suite on containers: ${countsText(countTests(report, INTEGRATION_SUITE))}`)
        say(`images and compose: ${countsText(countTests(report, IMAGE_TESTS))}`)
      }
      appendCounts(ended, process.env)
      say(countsText(counts))
      return counts.failed === 0 && counts.passed > 0 ? 0 : 1
    } finally {
      remove()
    }
  } finally {
    removeTraces(run)
  }
})

/** The tests that there are, without running any, and so without any server. */
function listTests() {
  const bin = join(checkout, 'node_modules', '.bin')
  const nowhere = { KAFKA_BROKERS: '127.0.0.1:9', REDIS_URL: 'redis://127.0.0.1:9' }
  const env = { ...process.env, ...nowhere, PATH: `${bin}:${process.env.PATH}` }
  // Some files take their tests from others: reading them alone does not find those.
  const args = ['list', config, '--json', '--no-static-parse']
  const options = { cwd: checkout, env, encoding: /** @type {const} */ ('utf8'), timeout: LIST_MS }
  const listed = execFileSync(join(bin, 'vitest'), args, options)
  /** @type {unknown[]} */
  const tests = JSON.parse(listed.slice(listed.indexOf('[')))
  return tests
}
