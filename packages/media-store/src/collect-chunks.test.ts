import { expect, test } from 'vitest'
import { pieces } from '../test/sample-media.ts'
import { collectChunks } from './collect-chunks.ts'

const chunk = 256 * 1024

test.each([
  [0, []],
  [1, [1]],
  [chunk, [chunk]],
  [chunk + 1, [chunk, 1]],
  [3 * chunk, [chunk, chunk, chunk]],
])('%i bytes are cut into %j, whatever the pieces', async (size, lengths) => {
  const bytes = Buffer.alloc(size, 'abcdefg')
  for (const piece of [1 << 20, 65_536, 10_007]) {
    const chunks: Buffer[] = []
    for await (const collected of collectChunks(pieces(bytes, piece))) chunks.push(Buffer.from(collected))
    expect(chunks.map(({ length }) => length)).toEqual(lengths)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
  }
})
