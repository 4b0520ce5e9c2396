import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './checkout.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { type Bundled, publishManifest } from './publish-manifest.ts'
import type { PublishedPackage } from './published-packages.ts'

const TSCONFIG = {
  extends: join(checkout, 'tsconfig.base.json'),
  compilerOptions: {
    noEmit: false,
    target: 'es2023',
    rootDir: 'src',
    outDir: 'dist',
    declaration: true,
    rewriteRelativeImportExtensions: true,
  },
  include: ['src'],
}

/**
 * Builds one package below `stage` and returns its folder, ready for `npm pack`. Packages that it depends on must have been
 * built there before: it is compiled against them, as its users will have them.
 */
export function buildPackage(
  { folder, files, copies = {}, bundles = [], compiled }: PublishedPackage,
  stage: string,
): string {
  const source = join(checkout, 'packages', folder)
  const target = join(stage, folder)
  const manifest = readManifest(source)
  mkdirSync(target, { recursive: true })
  const bundled = bundles.map((inner) => buildBundled(inner, stage))
  if (compiled) compile(source, target, stage)
  for (const file of ['README.md', ...files]) cpSync(join(source, file), join(target, file), { recursive: true })
  for (const [from, to] of Object.entries(copies)) cpSync(join(checkout, from), join(target, to), { recursive: true })
  cpSync(join(checkout, 'LICENSE'), join(target, 'LICENSE'))

  const bundledNames = new Set(bundled.map(({ name }) => name))
  const installed = (name: string): string =>
    bundledNames.has(name) ? manifest.version : installedVersion(source, name)
  const published = publishManifest(manifest, installed, { files: [...files, ...Object.values(copies)], bundled })
  writeManifest(target, published)
  for (const [index, { name }] of bundled.entries())
    bundle(join(stage, bundles[index] ?? ''), join(target, 'node_modules', name))
  return target
}

/** An internal package, compiled and without dependencies of its own: the package that it travels in has them. */
function buildBundled(folder: string, stage: string): Bundled {
  const source = join(checkout, 'packages', folder)
  const target = join(stage, folder)
  const manifest = readManifest(source)
  mkdirSync(target, { recursive: true })
  compile(source, target, stage)
  const { dependencies = {}, ...published } = publishManifest(manifest, (name) => installedVersion(source, name), {
    files: [],
    bundled: [],
  })
  writeManifest(target, published)
  const outside = Object.entries(dependencies).filter(([name]) => !name.startsWith('@imchannel/'))
  return { name: manifest.name, version: manifest.version, dependencies: Object.fromEntries(outside) }
}

/** Puts a copy where the compiler may have followed a link: npm packs no links. */
function bundle(built: string, place: string): void {
  rmSync(place, { force: true })
  for (const part of ['dist', 'package.json']) cpSync(join(built, part), join(place, part), { recursive: true })
}

function compile(source: string, target: string, stage: string): void {
  linkDependencies(source, target, stage)
  cpSync(join(source, 'package.json'), join(target, 'package.json'))
  cpSync(join(source, 'src'), join(target, 'src'), { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
  writeFileSync(join(target, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  execFileSync(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc'), '-p', target], {
    stdio: 'inherit',
  })
  rmSync(join(target, 'src'), { recursive: true })
  rmSync(join(target, 'tsconfig.json'))
}

/** Links what the compiler needs: packages of this project as they were built, all others as they are installed. */
function linkDependencies(source: string, target: string, stage: string): void {
  const modules = join(source, 'node_modules')
  for (const name of packagesIn(modules)) {
    const built = join(stage, name.replace('@imchannel/', ''))
    const place = join(target, 'node_modules', name)
    mkdirSync(join(place, '..'), { recursive: true })
    if (name.startsWith('@imchannel/') && !existsSync(built)) continue
    symlinkSync(name.startsWith('@imchannel/') ? built : realpathSync(join(modules, name)), place)
  }
}

function packagesIn(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    )
}

function installedVersion(source: string, name: string): string {
  return readManifest(join(source, 'node_modules', name)).version
}

function writeManifest(target: string, manifest: Manifest): void {
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
