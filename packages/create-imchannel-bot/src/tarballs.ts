import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Refusal } from './refusal.ts'

/** `imchannel-bot-0.2.0.tgz` is `@imchannel/bot`: how `npm pack` names a scoped package's tarball. */
const TARBALL = /^imchannel-(.+)-\d+\.\d+\.\d+(?:-[\w.]+)?\.tgz$/

/**
 * The packages of this project that a folder of tarballs has: name → `file:` specifier.
 * @throws Refusal where the folder does not have the SDK
 */
export function tarballsIn(folder: string): Readonly<Record<string, string>> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const found = files.flatMap((file) => {
    const name = TARBALL.exec(file)?.[1]
    return name === undefined ? [] : [[`@imchannel/${name}`, `file:${resolve(join(folder, file))}`] as const]
  })
  const tarballs = Object.fromEntries(found)
  if (tarballs['@imchannel/bot'] === undefined) {
    throw new Refusal(`--packages ${folder}: no imchannel-bot-<version>.tgz there`)
  }
  return tarballs
}
