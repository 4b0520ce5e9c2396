import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { requireAll } from './bootstrap/requirements.mjs'
import { Refusal } from './bootstrap/say.mjs'
import { CHECKS, runSteps } from './bootstrap/steps.mjs'

const HELP = `npm run check

Types, type-aware lint, format and unused code of the whole workspace. Starts nothing.
`

await command(HELP, async () => {
  requireAll({ kafka: false, redis: false }, process.env)
  await installWorkspace(process.env)
  const failed = await runSteps(CHECKS, process.env)
  if (failed.length > 0) throw new Refusal(`failed: ${failed.join(', ')}`)
  return 0
})
