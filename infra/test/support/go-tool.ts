import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir, findExecutables, placeFolder, runTool, withLock } from '@imchannel/local-stack'

/** A command written in Go: where it is, or why it cannot be had here. */
export type GoTool = { readonly command: string } | { readonly missing: string }

/**
 * The command from the PATH, else built once from its module, into the cache folder.
 *
 * @param name of the command and of what is built
 * @param source the package with its version, as `go install` takes it
 */
export async function goTool(name: string, source: `${string}@v${string}`): Promise<GoTool> {
  const { env } = process
  const [installed] = findExecutables(name, env)
  if (installed !== undefined) return { command: installed }
  const folder = join(cacheDir(env), 'go-tools', source.replaceAll('/', '_'))
  const command = join(folder, name)
  if (existsSync(command)) return { command }
  const [go] = findExecutables('go', env)
  if (go === undefined) return { missing: `there is neither ${name} nor go in the PATH` }
  let failure: string | undefined
  await withLock(`${folder}.lock`, () =>
    placeFolder(folder, async (draft) => {
      // -v: each package is a line, so that a build that hangs can be told from one that takes long.
      const args = ['install', '-v', '-trimpath', '-ldflags=-s -w', source]
      failure = await runTool(go, args, { env: { ...env, GOBIN: draft, CGO_ENABLED: '0', GOFLAGS: '' } })
      if (failure !== undefined) throw new Error(failure)
    }),
  ).catch((error: unknown) => {
    if (failure === undefined) throw error
  })
  return failure === undefined ? { command } : { missing: `go could not build ${source}: ${failure}` }
}
