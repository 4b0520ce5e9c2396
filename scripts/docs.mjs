import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm run docs

Writes docs, AsyncAPI document and JSON Schemas as one HTML page, .imchannel/docs/index.html, to be opened as a file.
`

await command(HELP, async (args) => {
  await installWorkspace(process.env)
  return runOnWorkspaceNode('packages/docs-site/src/main.ts', args, process.env)
})
