import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cacheDir } from '../packages/local-stack/src/cache/cache-dir.mjs'
import { checkout, workspaceNode } from './bootstrap/checkout.mjs'
import { installWorkspace } from './bootstrap/install-workspace.mjs'
import { Refusal } from './bootstrap/say.mjs'

/** `npm run imchannel -- …`: the command line on the workspace's Node, with this process's terminal. */
try {
  await installWorkspace(process.env)
  const child = spawn(workspaceNode, [join(checkout, 'packages/cli/src/main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheDir(process.env), 'compile-cache'),
    },
  })
  // The terminal sends Ctrl-C to both: the command says how it ends.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
} catch (error) {
  process.stderr.write(error instanceof Refusal ? `${error.message}\n` : `${/** @type {Error} */ (error).stack}\n`)
  process.exitCode = 1
}
