import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { runStep } from './bootstrap/steps.mjs'

const HELP = `npm run audit

Asks the registry for known weaknesses in what runs in production. Ends with 1 where there is one, or where it cannot be asked.
`

await command(HELP, async () => {
  await installWorkspace(process.env)
  return runStep({ name: 'audit', command: 'pnpm', args: ['audit', '--prod'] }, process.env)
})
