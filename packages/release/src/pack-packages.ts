import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackage } from './build-package.ts'
import { publishedPackages } from './published-packages.ts'

/**
 * Builds every published package and writes its tarball into `destination`.
 * @param onBuilding told each package's folder as its turn comes
 * @returns the tarballs' paths, in the order in which the packages depend on each other
 */
export function packPackages(destination: string, onBuilding: (folder: string) => void = () => undefined): string[] {
  mkdirSync(destination, { recursive: true })
  const stage = mkdtempSync(join(tmpdir(), 'imchannel-packages-'))
  try {
    return publishedPackages.map((published) => {
      onBuilding(published.folder)
      const built = buildPackage(published, stage)
      const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', destination], { cwd: built })
      return join(destination, name.toString().trim())
    })
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}
