import { command } from './bootstrap/command.mjs'
import { appendCounts, countRun, countsText } from './bootstrap/count-tests.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { suitesOfOptionalPrograms } from './bootstrap/optional-programs.mjs'
import { runVitest } from './bootstrap/run-vitest.mjs'
import { say } from './bootstrap/say.mjs'

const HELP = `npm run test:extras

The tests that use programs which a machine may lack, and which \`npm test\` passes without: those of Redis on the machine's own
redis-server or valkey-server, bots for kcat and Maven, the browser, Helm and actionlint. The last line has the counts.

  SKIP_EXTRAS   a reason to skip them all
`

await command(HELP, async () => {
  const suites = suitesOfOptionalPrograms(process.env)
  const reason = process.env.SKIP_EXTRAS || (suites.length === 0 ? 'this machine has no optional program' : '')
  if (reason !== '') {
    // All of them have run without what they would use: nothing of the promise is unproved.
    say(`nothing to run a second time: ${reason}`)
    const none = { passed: 0, failed: 0, skipped: 0 }
    appendCounts({ counts: none }, process.env)
    say(countsText(none))
    return 0
  }
  await installWorkspace(process.env)
  say(`a second time, with what this machine has besides: ${suites.join(' ')}`)
  const { code, report, remove } = await runVitest(suites, process.env)
  try {
    const run = countRun(report, code)
    appendCounts(run, process.env)
    say(countsText(run.counts))
    return run.counts.failed === 0 && run.counts.passed > 0 ? 0 : 1
  } finally {
    remove()
  }
})
