import type { Entry, Manifest } from './manifest.ts'

/** The version that the workspace has installed of a dependency. */
export type InstalledVersion = (name: string) => string

export interface Bundled {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

/**
 * The manifest that is published: compiled entry points instead of sources, versions that any npm can read instead of
 * `catalog:` and `workspace:*`, nothing that only the workspace needs.
 */
export function publishManifest(
  manifest: Manifest,
  installed: InstalledVersion,
  { files, bundled }: { readonly files: readonly string[]; readonly bundled: readonly Bundled[] },
): Manifest {
  const {
    private: _private,
    scripts: _scripts,
    devDependencies: _dev,
    dependencies,
    optionalDependencies,
    peerDependencies,
    ...rest
  } = manifest
  const bundledNames = bundled.map(({ name }) => name)
  const ranges = (names: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.keys(names).map((name) => [name, `^${installed(name)}`]))
  const needed = {
    ...ranges(dependencies),
    ...Object.assign({}, ...bundled.map((inner) => inner.dependencies)),
    ...Object.fromEntries(bundled.map(({ name, version }) => [name, version])),
  }
  return {
    ...rest,
    repository: {
      type: 'git',
      url: 'git+https://github.com/imchannel/imchannel.git',
      directory: `packages/${manifest.name.replace('@imchannel/', '')}`,
    },
    homepage: 'https://github.com/imchannel/imchannel#readme',
    bugs: 'https://github.com/imchannel/imchannel/issues',
    ...(manifest.bin === undefined ? {} : { bin: mapValues(manifest.bin, compiledPath) }),
    ...(manifest.exports === undefined ? {} : { exports: mapValues(manifest.exports, compiledEntry) }),
    files: ['dist', ...files],
    dependencies: sorted(needed),
    ...peersOf(
      { ...ranges(peerDependencies), ...ranges(optionalDependencies) },
      Object.keys(optionalDependencies ?? {}),
    ),
    ...(bundledNames.length === 0 ? {} : { bundleDependencies: bundledNames }),
    publishConfig: { access: 'public', provenance: true },
  }
}

/** What only some need (`optionalDependencies`), npm would install for everybody: whoever needs it does so. */
function peersOf(peers: Readonly<Record<string, string>>, optional: readonly string[]): Partial<Manifest> {
  if (Object.keys(peers).length === 0) return {}
  if (optional.length === 0) return { peerDependencies: peers }
  const peerDependenciesMeta = Object.fromEntries(optional.map((name) => [name, { optional: true }]))
  return { peerDependencies: peers, peerDependenciesMeta }
}

function compiledPath(source: string): string {
  return source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '.js')
}

function compiledEntry(source: Entry): Entry {
  if (typeof source !== 'string') return source
  const compiled = compiledPath(source)
  return { types: compiled.replace(/\.js$/, '.d.ts'), default: compiled }
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => one.localeCompare(other)))
}
