// Makes of the workspace's package one that stands alone: compiled, and with versions that any npm can read.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { backup, folder, licence, manifest } from './places.mjs'

// A pack that was broken off has left the workspace's manifest aside.
if (existsSync(backup)) copyFileSync(backup, manifest)
const workspace = JSON.parse(readFileSync(manifest, 'utf8'))

/** The version that is installed here, and everything that is compatible with it. */
function installed(name) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, folder), 'utf8'))
  return `^${version}`
}
const resolved = (dependencies) => Object.fromEntries(Object.keys(dependencies).map((name) => [name, installed(name)]))

rmSync(new URL('dist/', folder), { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: folder,
  stdio: ['ignore', 'ignore', 'inherit'],
})

const { publishConfig, scripts: _scripts, devDependencies: _devDependencies, ...rest } = workspace
const { access, ...overrides } = publishConfig
const packed = {
  ...rest,
  ...overrides,
  publishConfig: { access },
  dependencies: resolved(workspace.dependencies),
  peerDependencies: resolved(workspace.peerDependencies),
}
copyFileSync(manifest, backup)
writeFileSync(manifest, `${JSON.stringify(packed, null, 2)}\n`)
const shared = new URL('../../LICENSE', folder)
if (existsSync(shared)) copyFileSync(shared, licence)
