import { command } from './bootstrap/command.mjs'
import { countRun, countsText } from './bootstrap/count-tests.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { requireAll } from './bootstrap/requirements.mjs'
import { runVitest } from './bootstrap/run-vitest.mjs'
import { say } from './bootstrap/say.mjs'

const HELP = `npm run test:unit [-- FILES OR OPTIONS OF VITEST]

The tests that need no more than Node: no server and no further process is started. The last line has the counts.
`

await command(HELP, async (args) => {
  requireAll({ kafka: false, redis: false }, process.env)
  await installWorkspace(process.env)
  const { code, report, remove } = await runVitest(['--project=unit', ...args], process.env)
  try {
    const { counts } = countRun(report, code)
    say(countsText(counts))
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1
  } finally {
    remove()
  }
})
