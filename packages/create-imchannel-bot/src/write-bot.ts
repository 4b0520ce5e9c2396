import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from './refusal.ts'

export interface BotOptions {
  readonly folder: string
  readonly tenant: string
  /** Package name → `file:` specifier; the registry's packages of this version where there are none. */
  readonly tarballs: Readonly<Record<string, string>> | undefined
}

const template = fileURLToPath(new URL('../template', import.meta.url))
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string } // our own

/**
 * Writes the template into a new or empty folder, named after it.
 * @throws Refusal where the folder has something in it or its name cannot be a package's
 */
export function writeBot({ folder, tenant, tarballs }: BotOptions): void {
  const name = basename(folder).toLowerCase()
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw new Refusal(`${basename(folder)}: a bot's folder begins with a letter or digit, then letters, digits, . _ -`)
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Refusal(`${folder} is not empty: choose another`)
  const version = `^${manifest.version}`
  const values: Readonly<Record<string, string>> = {
    NAME: name,
    TENANT: tenant,
    VERSION: manifest.version,
    BOT: tarballs?.['@imchannel/bot'] ?? version,
  }
  copy(template, folder, values)
  // npm asks the registry for what a tarball depends on; overrides name the tarball for each of those, too.
  if (tarballs !== undefined) addOverrides(join(folder, 'package.json'), tarballs)
}

function copy(from: string, to: string, values: Readonly<Record<string, string>>): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    // npm leaves .gitignore out of packages.
    const target = join(to, entry.name.replace(/^_/, '.'))
    if (entry.isDirectory()) copy(source, target, values)
    else
      writeFileSync(
        target,
        readFileSync(source, 'utf8').replace(/\{\{([A-Z]+)\}\}/g, (all, key: string) => values[key] ?? all),
      )
  }
}

function addOverrides(file: string, tarballs: Readonly<Record<string, string>>): void {
  const written = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> // the template's
  const { '@imchannel/bot': _direct, ...others } = tarballs
  writeFileSync(file, `${JSON.stringify({ ...written, overrides: others }, null, 2)}\n`)
}
