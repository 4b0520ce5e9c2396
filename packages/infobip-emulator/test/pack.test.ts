import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { connectEmulator } from '../src/phone/connect.ts'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The Nodes of this machine: the workspace's own, and another one in the PATH if there is one of 20 or later. */
function nodes(): string[] {
  const others = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .filter((file) => existsSync(file))
  const fit = others.filter((file) => Number(execFileSync(file, ['-p', 'process.versions.node.split(".")[0]'])) >= 20)
  return [...new Set([process.execPath, ...fit.slice(0, 1)])]
}

/** Packs a copy: the manifest of the checkout must not change while other tests read it. */
function pack(into: string): string {
  const copy = join(into, 'workspace/packages/infobip-emulator')
  mkdirSync(copy, { recursive: true })
  cpSync(packageFolder, copy, { recursive: true, filter: (file) => !/node_modules|\/dist$/.test(file) })
  symlinkSync(join(packageFolder, 'node_modules'), join(copy, 'node_modules'))
  for (const file of ['tsconfig.base.json', 'LICENSE']) cpSync(join(root, file), join(into, 'workspace', file))
  execFileSync('npm', ['pack', '--pack-destination', into, '--silent'], { cwd: copy, stdio: 'pipe' })
  expect(existsSync(join(copy, '.package.workspace.json'))).toBe(false)
  const tarball = readdirSync(into).find((file) => file.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack made no tarball')
  return join(into, tarball)
}

// Compiling, packing and two starts: long on a machine that is busy.
it('packs, and runs from its tarball with any Node from 20 on', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-pack-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const tarball = pack(folder)
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
  const unpacked = join(folder, 'package')
  // What npm would fetch is linked from the workspace, so that this needs no network: its two dependencies and nothing else.
  mkdirSync(join(unpacked, 'node_modules'))
  for (const name of ['express', 'zod']) {
    symlinkSync(realpathSync(join(packageFolder, 'node_modules', name)), join(unpacked, 'node_modules', name))
  }
  expect(readdirSync(unpacked).toSorted((a, b) => a.localeCompare(b))).toEqual(
    ['dist', 'docs', 'LICENSE', 'node_modules', 'package.json', 'page', 'README.md', 'scenarios'].toSorted((a, b) =>
      a.localeCompare(b),
    ),
  )
  const { default: manifest } = (await import(join(unpacked, 'package.json'), { with: { type: 'json' } })) as {
    default: { dependencies: Record<string, string>; bin: Record<string, string>; private?: boolean }
  } // the file that was just unpacked
  expect(Object.values(manifest.dependencies).every((range) => /^\^\d/.test(range))).toBe(true)
  expect(manifest.private).toBeUndefined()

  for (const node of nodes()) {
    const child = spawn(node, [join(unpacked, manifest.bin['infobip-emulator'] ?? ''), '--port', '0'], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`${node} ended with ${code}`)))
        child.stdout.on('data', (bytes: Buffer) => {
          const found = /http:\/\/127\.0\.0\.1:\d+/.exec(bytes.toString())?.[0]
          if (found !== undefined) resolve(found)
        })
      })
      expect((await fetch(url)).headers.get('content-type')).toContain('text/html')
      await connectEmulator(url).phone('391').says('hello')
      child.removeAllListeners('exit')
      const clean = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      expect(await clean).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  }
})
