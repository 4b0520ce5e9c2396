import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const ENTRY = 0x02014b50
const STORED = 0
const DEFLATED = 8

/**
 * Writes the entries that `target` gives a path for, relative to `dir`. Jars and wheels are zip archives; neither tar nor
 * Node reads them, and `unzip` is not on every machine.
 * @throws when the archive is damaged, encrypted, or an entry would land outside `dir`
 */
export async function unzip(archive: string, dir: string, target: (name: string) => string | undefined): Promise<void> {
  const bytes = await readFile(archive)
  let at = directoryOf(bytes)
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === ENTRY) {
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const path = name.endsWith('/') ? undefined : target(name)
    if (path !== undefined) {
      const file = resolve(dir, path)
      if (!file.startsWith(resolve(dir) + sep)) throw new Error(`${archive}: the entry ${name} leads out of the folder`)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, contentOf(bytes, at, name))
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
}

function directoryOf(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0; at--) {
    if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return bytes.readUInt32LE(at + 16)
  }
  throw new Error('not a zip archive, or not all of one')
}

function contentOf(bytes: Buffer, entry: number, name: string): Buffer {
  const method = bytes.readUInt16LE(entry + 10)
  const size = bytes.readUInt32LE(entry + 20)
  const local = bytes.readUInt32LE(entry + 42)
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const packed = bytes.subarray(start, start + size)
  if (method === STORED) return packed
  if (method === DEFLATED) return inflateRawSync(packed)
  throw new Error(`the entry ${name} is packed by method ${method}, which nobody here reads`)
}
