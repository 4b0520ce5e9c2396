import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/**
 * Makes a folder that is either there whole or not at all: `fill` works in one beside it, which is renamed when it is done.
 * @param {string} target
 * @param {(dir: string) => Promise<void>} fill
 */
export async function placeFolder(target, fill) {
  if (existsSync(target)) return
  const draft = join(dirname(target), `.${randomUUID()}.partial`)
  await mkdir(draft, { recursive: true })
  try {
    await fill(draft)
    await rename(draft, target)
  } catch (error) {
    // Another process may have been first: what it placed is as good.
    if (!existsSync(target)) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/**
 * @param {string} file
 * @param {'sha256' | 'sha512'} algorithm
 * @param {'hex' | 'base64'} encoding
 */
export async function digestOf(file, algorithm, encoding) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest(encoding)
}
