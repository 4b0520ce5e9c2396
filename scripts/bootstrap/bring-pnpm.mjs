import { existsSync, readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { placeFolder } from '../../packages/local-stack/src/cache/place.mjs'
import { withLock } from '../../packages/local-stack/src/cache/lock.mjs'
import { checkout } from './checkout.mjs'
import { clientEnvironment } from './client-environment.mjs'
import { runClient } from './run-client.mjs'
import { Refusal, say } from './say.mjs'

/**
 * The pnpm that package.json names: its program for this platform, which needs no Node of its own. npm fetches it, and
 * the lockfile's hash holds it.
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the program
 */
export async function bringPnpm(cache, env) {
  const { packageManager } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  const version = String(packageManager).split('@')[1] ?? ''
  const name = `@pnpm/exe.${process.platform}-${process.arch}`
  const folder = join(cache, `pnpm-${version}`)
  const program = join(folder, 'pnpm')
  if (existsSync(program)) return program
  await withLock(`${folder}.lock`, () =>
    placeFolder(folder, async (draft) => {
      say(`fetching pnpm ${version}`)
      await writeFile(join(draft, 'package.json'), '{"private":true}\n')
      const args = ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--install-strategy=hoisted']
      const options = { cwd: draft, env: clientEnvironment(cache, env), quiet: true }
      await runClient('npm', [...args, `${name}@${version}`], options)
      const found = await fetchedIntegrity(draft, name)
      const expected = pinnedIntegrity(name, version)
      if (found !== expected) throw new Refusal(`${name}@${version} arrived as ${found}, the lockfile has ${expected}`)
      await rename(join(draft, 'node_modules', name, 'pnpm'), join(draft, 'pnpm'))
      await rm(join(draft, 'node_modules'), { recursive: true })
    }),
  )
  return program
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function fetchedIntegrity(folder, name) {
  const installed = JSON.parse(await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8'))
  return installed.packages[`node_modules/${name}`]?.integrity
}

/**
 * pnpm's lockfile is YAML, which Node cannot read; an entry's hash is on the line below its name.
 * @param {string} name
 * @param {string} version
 */
function pinnedIntegrity(name, version) {
  const lines = readFileSync(join(checkout, 'pnpm-lock.yaml'), 'utf8').split('\n')
  const entry = lines.findIndex((line) => line.trim() === `'${name}@${version}':`)
  return /integrity: ([^}]+)\}/.exec(lines[entry + 1] ?? '')?.[1]
}
