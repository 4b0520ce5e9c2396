import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkout } from '../src/checkout.ts'
import { type Manifest, readManifest } from '../src/manifest.ts'
import { publishedPackages } from '../src/published-packages.ts'

/**
 * Lays tarballs out below `folder/node_modules` as npm would, without a registry: what npm would fetch is linked from the
 * workspace, so only what a package declares can be found.
 * @returns the packages' manifests as they are published
 */
export function unpack(tarballs: readonly string[], folder: string): readonly Manifest[] {
  return tarballs.map((tarball, index) => {
    const source = publishedPackages[index]
    if (source === undefined) throw new Error(`more tarballs than packages: ${tarball}`)
    const { name } = readManifest(join(checkout, 'packages', source.folder))
    const target = join(folder, 'node_modules', name)
    mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
    const manifest = readManifest(target)
    const folders = [source.folder, ...(source.bundles ?? [])].map((part) => join(checkout, 'packages', part))
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      const installed = folders.map((from) => join(from, 'node_modules', dependency)).find((path) => existsSync(path))
      const place = join(target, 'node_modules', dependency)
      // Those of this project lie beside it, or came inside it.
      if (dependency.startsWith('@imchannel/')) continue
      if (installed === undefined) throw new Error(`${name} declares ${dependency}, which the workspace does not have`)
      mkdirSync(dirname(place), { recursive: true })
      symlinkSync(realpathSync(installed), place)
    }
    return manifest
  })
}
