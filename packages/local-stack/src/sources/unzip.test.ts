import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unzip } from './unzip.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imchannel-zip-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A zip archive as the format has it: local headers with contents, the directory, its end. */
function zip(entries: readonly { name: string; text: string; stored?: boolean }[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, stored } of entries) {
    const content = Buffer.from(text)
    const packed = stored ? content : deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(stored ? 0 : 8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), common, tail, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(18)
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\u0005\u0006'), end])
}

test('writes the entries that are asked for, packed or stored', async () => {
  const archive = join(folder, 'good.zip')
  await writeFile(
    archive,
    zip([
      { name: 'a/packed', text: 'x'.repeat(10_000) },
      { name: 'a/stored', text: 'as it is', stored: true },
      { name: 'b/other', text: 'not wanted' },
    ]),
  )
  await unzip(archive, folder, (name) => (name.startsWith('a/') ? name.slice(2) : undefined))
  expect((await readFile(join(folder, 'packed'), 'utf8')).length).toBe(10_000)
  expect(await readFile(join(folder, 'stored'), 'utf8')).toBe('as it is')
  await expect(readFile(join(folder, 'other'))).rejects.toThrow('ENOENT')
})

test('refuses an entry that leads out of the folder', async () => {
  const archive = join(folder, 'evil.zip')
  await writeFile(archive, zip([{ name: '../evil', text: 'no' }]))
  await expect(unzip(archive, join(folder, 'inner'), (name) => name)).rejects.toThrow('leads out of the folder')
})

test('refuses half an archive', async () => {
  const archive = join(folder, 'half.zip')
  await writeFile(archive, zip([{ name: 'a', text: 'whole' }]).subarray(0, 30))
  await expect(unzip(archive, folder, (name) => name)).rejects.toThrow('not all of one')
})
