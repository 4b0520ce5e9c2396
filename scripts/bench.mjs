import { command } from './bootstrap/command.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { runOnWorkspaceNode } from './bootstrap/run-on-workspace-node.mjs'

const HELP = `npm run bench [-- WORKLOAD ...] [--rounds N] [--seconds 5] [--full] [--json]

Measures IMChannel side by side with its peers, each with processes of its own on one Kafka and one Redis.
"console" measures the console's store by itself: npm run bench -- console --help
bench/README.md has the last full table. Peers that this machine cannot build (Go, Maven) are reported as absent.
`

await command(HELP, async (args) => {
  await installWorkspace(process.env)
  // What the console keeps has no peers, and needs neither Kafka nor Redis.
  const [first, ...rest] = args
  if (first === 'console') return runOnWorkspaceNode('services/console/bench/store.ts', rest, process.env)
  return runOnWorkspaceNode('bench/src/main.ts', args, process.env)
})
