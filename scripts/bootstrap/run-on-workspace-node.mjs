import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cacheDir } from '../../packages/local-stack/src/cache/cache-dir.mjs'
import { checkout, workspaceNode } from './checkout.mjs'
import { watchNpm } from './watch-npm.mjs'

/** npm and the terminal may both send the one Ctrl-C; a second one by hand takes longer than this. */
const SAME_SIGNAL_MS = 500

/**
 * Runs a TypeScript program of the workspace on the pinned Node and gives its exit code. The program has this process's
 * life in its hands as its standard input: that ends when this process does, also by `kill -9`.
 * @param {string} program from the checkout
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function runOnWorkspaceNode(program, args, env) {
  const child = spawn(workspaceNode, [join(checkout, program), ...args], {
    // A group of its own: Ctrl-C in a terminal comes once, through here.
    detached: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...env, NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(cacheDir(env), 'compile-cache') },
  })
  child.stdin.on('error', () => undefined)
  watchNpm(() => process.exit(1), env)
  let last = 0
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => {
      const now = Date.now()
      if (now - last > SAME_SIGNAL_MS) child.kill(name)
      last = now
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
