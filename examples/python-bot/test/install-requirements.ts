import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDir, findExecutables, placeFolder, runTool, withLock } from '@imchannel/local-stack'

const requirements = fileURLToPath(new URL('../requirements.txt', import.meta.url))

/** Where the bot's Python and its packages are; they are fetched once, into the cache folder. */
export type Installed = { readonly python: string; readonly packages: string } | { readonly missing: string }

export async function installRequirements(env: NodeJS.ProcessEnv): Promise<Installed> {
  const python = findExecutables('python3', env)[0]
  if (python === undefined) return { missing: 'there is no python3 in the PATH' }
  const version = 'import sys; print(sys.implementation.cache_tag)'
  const tag = execFileSync(python, ['-c', version], { encoding: 'utf8' }).trim()
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)
  const packages = join(cacheDir(env), `python-bot-${tag}-${hash}`)
  let failure: string | undefined
  if (!existsSync(packages)) {
    await withLock(`${packages}.lock`, () =>
      placeFolder(packages, async (draft) => {
        const options = ['--no-cache-dir', '--only-binary=:all:', '--require-hashes']
        failure = await runTool(python, ['-m', 'pip', 'install', ...options, '--target', draft, '-r', requirements], {
          env,
        })
        if (failure !== undefined) throw new Error(failure)
      }).catch((error: unknown) => {
        if (failure === undefined) throw error
      }),
    )
  }
  return failure === undefined
    ? { python, packages }
    : { missing: `pip could not install the requirements: ${failure}` }
}
