import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createReplyBuffers } from './reply-buffers.ts'
import { createReplyReader } from './reply-reader.ts'

const KIB = 1024

/** As Redis writes it. What is in it looks like lines, so that whoever reads into it goes astray. */
function text(type: string, bytes: number): Buffer {
  const body = Buffer.alloc(bytes, '\r\n$20000\r\n*3\r\n')
  randomBytes(Math.min(8, bytes)).copy(body)
  return Buffer.concat([Buffer.from(`${type}${bytes}\r\n`), body, Buffer.from('\r\n')])
}

const replies = [
  Buffer.from('+OK\r\n:12\r\n$-1\r\n_\r\n-ERR $20000 is no number\r\n'),
  text('$', 0),
  text('$', 200_000),
  Buffer.from('*3\r\n'),
  text('$', 300),
  text('$', 16 * KIB),
  text('$', 16 * KIB - 1),
  text('=', 256 * KIB),
  Buffer.from('%1\r\n'),
  text('!', 20_000),
  text('$', 256 * KIB + 1),
  Buffer.from('#t\r\n>2\r\n,1.5\r\n(123456789012345678901234567890\r\n'),
  text('$', 70_000),
]
const stream = Buffer.concat(replies)

/** What comes through when each read has at most so many bytes, as the kernel writes them: into the buffer that is asked for. */
function readIn(sizes: () => number): Buffer[] {
  const reader = createReplyReader(createReplyBuffers({ maxBytes: 256 * KIB }))
  const { onread } = reader
  const passed: Buffer[] = []
  reader.attach({ push: (bytes) => passed.push(bytes) > 0 })
  if (typeof onread.buffer !== 'function') throw new Error('the buffer is asked for each time')
  for (let at = 0; at < stream.length;) {
    const into = onread.buffer()
    const count = Math.min(sizes(), into.length, stream.length - at)
    into.set(stream.subarray(at, at + count))
    onread.callback(count, into)
    at += count
  }
  return passed
}

describe.each([
  ['all that there is', () => stream.length],
  ['a byte', () => 1],
  ['7 bytes', () => 7],
  ['anything from 1 to 100,000 bytes', () => 1 + Math.floor(Math.random() ** 4 * 100_000)],
])('with %s at a time', (_, sizes) => {
  const passed = readIn(sizes)

  test('the bytes are the same', () => {
    expect(Buffer.concat(passed).equals(stream)).toBe(true)
  })

  test('a long string comes in one piece with its line end, and what is before and after it in others', () => {
    const long = passed.filter(({ length }) => length > 16 * KIB)
    expect(long.map(({ length }) => length)).toEqual([200_000, 16 * KIB, 256 * KIB, 20_000, 70_000].map((n) => n + 2))
  })
})

test('the reader hears when ioredis wants no more for now', () => {
  const reader = createReplyReader(createReplyBuffers({ maxBytes: 256 * KIB }))
  const { onread } = reader
  reader.attach({ push: () => false })
  expect(onread.callback(5, Buffer.alloc(0))).toBe(false)
})
