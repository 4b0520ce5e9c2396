import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm run pack:packages [-- FOLDER]

Builds the packages that are published (JavaScript, types, licence, README) and writes a tarball of each into FOLDER, by
default packed/. npm installs them from there: npm install FOLDER/*.tgz
`

await command(HELP, async (args) => {
  await installWorkspace(process.env)
  return runOnWorkspaceNode('packages/release/src/main.ts', args, process.env)
})
