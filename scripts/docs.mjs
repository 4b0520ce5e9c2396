import { resolve } from 'node:path'
import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm run docs [-- FOLDER]

Builds the docs as a site that works from files: a page a document, search, llms-full.txt. Every link is checked. Without a
FOLDER it is .imchannel/docs. A FOLDER that has other versions of the site keeps them, and pages offer all of them.
`

await command(HELP, async (args) => {
  await installWorkspace(process.env)
  return runOnWorkspaceNode(
    'packages/docs-site/src/main.ts',
    args.map((folder) => resolve(folder)),
    process.env,
  )
})
