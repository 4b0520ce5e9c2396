import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { mkdtempDisposable, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../src/checkout.ts'
import type { Entry, Manifest } from '../src/manifest.ts'
import { packPackages } from '../src/pack-packages.ts'
import { followTutorial } from './tutorial.ts'
import { unpack } from './unpack.ts'

// Everything here is compiled, packed and started: long on a busy machine.
describe('the published packages', { timeout: 240_000 }, () => {
  let folder = ''
  let tarballs: readonly string[] = []
  let manifests: readonly Manifest[] = []
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'imchannel-published-')))
    tarballs = packPackages(tarballsFolder())
    manifests = unpack(tarballs, folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const tarballsFolder = (): string => join(folder, 'packed')
  const inModules = (...path: readonly string[]): string => join(folder, 'node_modules', ...path)

  it('have a licence, a README, compiled entry points and versions that any npm can read', () => {
    expect(manifests.map(({ name }) => name)).toEqual([
      '@imchannel/events',
      '@imchannel/kafka',
      '@imchannel/infobip-emulator',
      '@imchannel/bot',
      '@imchannel/cli',
      'create-imchannel-bot',
    ])
    for (const manifest of manifests) {
      const files = readdirSync(inModules(manifest.name))
      expect(files, manifest.name).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']))
      expect(manifest).toMatchObject({ license: 'Apache-2.0', publishConfig: { access: 'public', provenance: true } })
      expect(manifest).not.toHaveProperty('private')
      expect(manifest).not.toHaveProperty('devDependencies')
      for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
        expect(range, `${manifest.name} → ${name}`).toMatch(/^\^?\d+\.\d+\.\d+/)
      }
      const entries = [...Object.values(manifest.bin ?? {}), ...Object.values(manifest.exports ?? {}).flatMap(pathsOf)]
      for (const entry of entries)
        expect(existsSync(inModules(manifest.name, entry)), `${manifest.name} ${entry}`).toBe(true)
    }
  })

  it('leave what only clusters at AWS need to who has one', () => {
    const kafka = manifests.find(({ name }) => name === '@imchannel/kafka')
    expect(kafka?.dependencies).not.toHaveProperty('aws-msk-iam-sasl-signer-js')
    expect(kafka).not.toHaveProperty('optionalDependencies')
    expect(kafka).toMatchObject({
      peerDependencies: { 'aws-msk-iam-sasl-signer-js': expect.stringMatching(/^\^\d/) },
      peerDependenciesMeta: { 'aws-msk-iam-sasl-signer-js': { optional: true } },
    })
  })

  it('hold neither sources nor tests, nor a path of the machine that built them', () => {
    for (const { name } of manifests) {
      const files = readdirSync(inModules(name), { recursive: true, encoding: 'utf8' }).filter(
        (file) => !file.startsWith('node_modules') && !file.startsWith('template'),
      )
      expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
      for (const file of files.filter((path) => /\.(js|json|d\.ts)$/.test(path))) {
        expect(readFileSync(inModules(name, file), 'utf8'), file).not.toContain(checkout)
      }
    }
  })

  it('can be published: npm accepts every tarball in a dry run', () => {
    for (const tarball of tarballs) {
      const { status, stderr } = spawnSync(
        'npm',
        ['publish', tarball, '--dry-run', '--provenance=false', '--offline'],
        {
          encoding: 'utf8',
        },
      )
      expect(status, stderr).toBe(0)
    }
  })

  it('a bot that is created from them passes its test and its types', () => {
    const create = inModules('create-imchannel-bot', 'dist/main.js')
    execFileSync(process.execPath, [create, 'my-bot', '--packages', 'packed', '--no-install'], { cwd: folder })
    const bot = join(folder, 'my-bot')
    expect(readdirSync(bot)).toEqual(
      expect.arrayContaining(['.dockerignore', '.gitignore', 'Dockerfile', 'README.md', 'compose.yaml', 'src', 'test']),
    )
    const filled = readdirSync(bot, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    for (const file of filled) {
      expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toMatch(/\{\{[A-Z]+\}\}/)
    }
    const test = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], { cwd: bot, encoding: 'utf8' })
    expect(test.stdout).toContain('# pass 2')
    expect(test.status, test.stdout).toBe(0)
    symlinkSync(join(checkout, 'packages/release/node_modules/@types'), join(folder, 'node_modules/@types'))
    const types = spawnSync(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc'), '--noEmit'], {
      cwd: bot,
      encoding: 'utf8',
    })
    expect(types.stdout).toBe('')
    expect(types.status).toBe(0)
  })

  it('the generator refuses a folder that has something in it, and a tenant that cannot be', () => {
    const create = inModules('create-imchannel-bot', 'dist/main.js')
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [create, ...args, '--no-install'], { cwd: folder, encoding: 'utf8' })
    expect(run('packed')).toMatchObject({ status: 2, stderr: expect.stringContaining('is not empty') })
    expect(run('other', '--tenant', 'No')).toMatchObject({ status: 2, stderr: expect.stringContaining('--tenant No') })
    expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('Name one folder') })
    expect(existsSync(join(folder, 'other'))).toBe(false)
  })

  it('the command line runs, and finds the demo that it brings', () => {
    const env = { ...process.env, IMCHANNEL_CONFIG: undefined }
    const cli = inModules('@imchannel/cli', 'dist/main.js')
    const version = spawnSync(process.execPath, [cli, '--version'], { cwd: folder, encoding: 'utf8', env })
    expect(version.stdout.trim()).toBe(manifests.find(({ name }) => name === '@imchannel/cli')?.version)
    const check = spawnSync(process.execPath, [cli, 'config', 'check'], { cwd: folder, encoding: 'utf8', env })
    expect(check.status, check.stderr).toBe(0)
  })

  it('the tutorial does what it says, from its first command to its last, in an empty folder', async () => {
    await using place = await mkdtempDisposable(join(folder, 'tutorial-'))
    await symlink(tarballsFolder(), join(place.path, 'packed'))
    await followTutorial(
      place.path,
      inModules('create-imchannel-bot', 'dist/main.js'),
      inModules('@imchannel/cli', 'dist/main.js'),
    )
  })

  it('the emulator runs with any Node from 20 on', async () => {
    for (const node of nodes()) {
      const emulator = inModules('@imchannel/infobip-emulator', 'dist/main.js')
      const child = spawn(node, [emulator, '--port', '0'], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
      try {
        const url = await Promise.race([
          new Promise<string>((resolve) =>
            child.stdout.on('data', (bytes: Buffer) => {
              const found = /http:\/\/127\.0\.0\.1:\d+/.exec(bytes.toString())?.[0]
              if (found !== undefined) resolve(found)
            }),
          ),
          ended.then((code) => Promise.reject(new Error(`${node} ended with ${code}`))),
        ])
        expect((await fetch(url)).headers.get('content-type')).toContain('text/html')
        const said = await fetch(`${url}/_emulator/inbound`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ from: '351927482662', to: '447860099299', text: 'hello' }),
        })
        expect(said.ok).toBe(true)
        child.kill('SIGTERM')
        expect(await ended).toBe(0)
      } finally {
        child.kill('SIGKILL')
      }
    }
  })
})

function pathsOf(entry: Entry): string[] {
  return typeof entry === 'string' ? [entry] : [entry.types, entry.default]
}

/** The workspace's Node, and another one of the PATH if there is one of 20 or later. */
function nodes(): string[] {
  const others = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((path) => !path.includes('node_modules'))
    .map((path) => join(path, 'node'))
    .filter((file) => existsSync(file))
  const fit = others.filter((file) => Number(execFileSync(file, ['-p', 'process.versions.node.split(".")[0]'])) >= 20)
  return [...new Set([process.execPath, ...fit.slice(0, 1)])]
}
