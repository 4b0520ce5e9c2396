import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * The PATH of a machine that lacks some programs. A folder that has one of them is replaced by links to everything else in it.
 * @param {readonly string[]} names
 * @param {string} root an empty folder for the links
 * @param {NodeJS.ProcessEnv} env
 */
export function pathWithout(names, root, env) {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder, index) => {
      const files = listing(folder)
      if (!files.some((file) => names.includes(file))) return folder
      const twin = join(root, String(index))
      mkdirSync(twin)
      for (const file of files) if (!names.includes(file)) symlinkSync(join(folder, file), join(twin, file))
      return twin
    })
    .join(delimiter)
}

/**
 * The same for a test: the links go with it.
 * @param {string[]} names
 * @returns {Disposable & { readonly path: string }}
 */
export function hidePrograms(...names) {
  const root = mkdtempSync(join(tmpdir(), 'imchannel-path-'))
  return {
    path: pathWithout(names, root, process.env),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  }
}

/** @param {string} folder */
function listing(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
