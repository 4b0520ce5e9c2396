import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '@imchannel/local-stack'

const run = promisify(execFile)

/** The sources of another version with its dependencies, in a folder of their own; gone when it is disposed of. */
export interface OtherCheckout extends AsyncDisposable {
  readonly folder: string
  readonly version: string
}

/**
 * Where the history begins that releases are looked for in: the tag of the first release, or, where nobody has set it, the
 * last commit before its successor was begun.
 */
export const FIRST_RELEASE = { tag: 'v0.1.0', commit: '94ee965068cd19f435c50bb3387a73f97a0c42e0' } as const

/**
 * The commit that a reference names, the first release's also where nobody has set its tag; undefined where this checkout has
 * none of it (no history, or a short one).
 */
export async function commitOf(reference: string): Promise<string | undefined> {
  const commit = await resolve(reference)
  return commit === undefined && reference === FIRST_RELEASE.tag ? resolve(FIRST_RELEASE.commit) : commit
}

async function resolve(reference: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--verify', '--quiet', `${reference}^{commit}`], {
      cwd: checkout,
    })
    return stdout.trim()
  } catch {
    return undefined
  }
}

/** Writes a commit's files, and installs what its lockfile names. */
export async function checkOut(commit: string): Promise<OtherCheckout> {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-version-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const archive = join(folder, 'archive.tar')
    await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: checkout })
    await run('tar', ['-xf', archive, '-C', folder])
    await rm(archive)
    const pnpm = join(checkout, 'node_modules', '.bin', 'pnpm')
    await run(pnpm, ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'], {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
    })
    if (!existsSync(join(folder, 'services', 'ingress', 'node_modules'))) throw new Error('nothing was installed')
    // `as`: every version has one.
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
    return { folder, version, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}
