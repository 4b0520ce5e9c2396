import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cacheDir } from '../packages/local-stack/src/cache/cache-dir.mjs'
import { checkout, workspaceNode } from './bootstrap/checkout.mjs'
import { isInstalled } from './bootstrap/install-workspace.mjs'
import { withLocalRedis } from './bootstrap/local-redis.mjs'

// `npm run imchannel -- …`: the command line on the workspace's Node, with this process's terminal. What an installation
// says goes to stderr: stdout is the command's own, perhaps for a program.
const INSTALL = `import { installWorkspace } from ${JSON.stringify(new URL('bootstrap/install-workspace.mjs', import.meta.url).href)}
await installWorkspace(process.env).catch((error) => { console.error(error.message); process.exitCode = 1 })`

const installed =
  isInstalled() ||
  spawnSync(process.execPath, ['--input-type=module', '-e', INSTALL], { stdio: ['ignore', 2, 2] }).status === 0

if (installed) {
  const compileCache = process.env.NODE_COMPILE_CACHE ?? join(cacheDir(process.env), 'compile-cache')
  const child = spawn(workspaceNode, [join(checkout, 'packages/cli/src/main.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...withLocalRedis(process.env), NODE_COMPILE_CACHE: compileCache },
  })
  // The terminal sends Ctrl-C to both: the command says how it ends.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  process.exitCode = 1
}
