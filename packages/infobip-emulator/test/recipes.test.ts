import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { cacheDir } from '../../local-stack/src/cache/cache-dir.mjs'
import { findExecutables } from '../../local-stack/src/machine/find-executables.mjs'

// Each recipe stops its container itself; the container that would do it for them is one more to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
const { image, obstacle } = await import('./container-image.ts')

const run = promisify(execFile)
/** Downloads on a slow line, a JVM and a container on a busy machine. */
const PATIENCE_MS = 600_000

/** The recipe in a folder of its own, as somebody else's project has it. */
function projectOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `emulator-${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(fileURLToPath(new URL(`../recipes/${name}`, import.meta.url)), folder, { recursive: true })
  return folder
}

const env = { ...process.env, EMULATOR_IMAGE: image }

test(
  'a Maven project tests against the image',
  async ({ skip }) => {
    const reason = await obstacle()
    skip(reason !== undefined, reason)
    const [mvn] = findExecutables('mvn', process.env)
    if (mvn === undefined) return skip('there is no mvn in the PATH')
    const repository = `-Dmaven.repo.local=${join(cacheDir(process.env), 'maven')}`
    const { stdout } = await run(mvn, ['-B', '-ntp', repository, 'test'], { cwd: projectOf('java'), env })
    expect(stdout).toContain('Tests run: 1, Failures: 0, Errors: 0, Skipped: 0')
  },
  PATIENCE_MS,
)

test(
  'a pytest project tests against the image',
  async ({ skip }) => {
    const reason = await obstacle()
    skip(reason !== undefined, reason)
    const [python] = findExecutables('python3', process.env)
    if (python === undefined) return skip('there is no python3 in the PATH')
    const folder = projectOf('python')
    const packages = join(folder, 'packages')
    const install = ['-m', 'pip', 'install', '--quiet', '--target', packages, '-r', 'requirements.txt']
    await run(python, install, { cwd: folder, env })
    const { stdout } = await run(python, ['-m', 'pytest', '-q', 'test_infobip_emulator.py'], {
      cwd: folder,
      env: { ...env, PYTHONPATH: packages },
    })
    expect(stdout).toContain('1 passed')
  },
  PATIENCE_MS,
)
