import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from '../../packages/local-stack/src/cache/cache-dir.mjs'
import { withLock } from '../../packages/local-stack/src/cache/lock.mjs'
import { checkout, workspaceNode } from './checkout.mjs'
import { bringPnpm } from './bring-pnpm.mjs'
import { clientEnvironment } from './client-environment.mjs'
import { runClient } from './run-client.mjs'
import { say } from './say.mjs'

const modules = join(checkout, 'node_modules')
const stamp = join(modules, '.imchannel-install')

/** Whether `node_modules` is what the lockfile says, without asking anybody. */
export function isInstalled() {
  return existsSync(workspaceNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

/**
 * Installs the workspace as its lockfile says, once. Two at the same time take turns.
 * @param {NodeJS.ProcessEnv} env
 */
export async function installWorkspace(env) {
  if (isInstalled()) return
  const cache = cacheDir(env)
  const lock = join(cache, `install-${createHash('sha256').update(checkout).digest('hex').slice(0, 16)}.lock`)
  await withLock(
    lock,
    async () => {
      if (isInstalled()) return
      const pnpm = await bringPnpm(cache, env)
      say('installing the workspace, at first some 150 MB')
      rmSync(stamp, { force: true })
      // Offline first: what the store has, nobody needs to be asked for.
      await runClient(pnpm, ['install', '--frozen-lockfile', '--prefer-offline', ...storeOptions(cache)], {
        cwd: checkout,
        env: clientEnvironment(cache, env),
      })
      mkdirSync(modules, { recursive: true })
      writeFileSync(stamp, fingerprint())
    },
    ({ pid }) => say(`waiting for another installation in this checkout (process ${pid})`),
  )
}

/** A `node_modules` that somebody installed with a pnpm of their own keeps its store: pnpm would lay it all out anew. */
function storeOptions(/** @type {string} */ cache) {
  if (existsSync(join(modules, '.modules.yaml')) && !existsSync(join(modules, '.imchannel-store'))) return []
  mkdirSync(modules, { recursive: true })
  writeFileSync(join(modules, '.imchannel-store'), '')
  return [`--store-dir=${join(cache, 'pnpm-store')}`]
}

function fingerprint() {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(join(checkout, file))).update('\0')
  }
  return hash.update(`${process.platform}-${process.arch}`).digest('hex')
}
