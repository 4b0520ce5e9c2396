import type { OnReadOpts } from 'node:net'
import type { Readable } from 'node:stream'
import { LINE_END_BYTES, type ReplyBuffers } from './reply-buffers.ts'

/** What a socket is read with: its `onread`, and to whom the bytes are passed on. */
export interface ReplyReader {
  readonly onread: OnReadOpts
  /** The socket itself; before it is connected. */
  attach(socket: Pick<Readable, 'push'>): void
}

/** What is no long string passes through this, whatever its length. */
const SCRATCH_BYTES = 16 * 1024
const LF = 0x0a
/** `$123`, `=123` (verbatim) and `!123` (an error): so many bytes follow, and a line end. */
const sizedString = /^[$=!](\d+)\r$/

/**
 * Reads a connection to Redis into memory of our own: what would otherwise take new buffers of 64 KiB for each read, and be
 * put together from them, is read by the kernel into the one place where it stays. The bytes that ioredis gets are the same; a
 * long string comes to it in one piece, which its decoder hands on as it is.
 */
export function createReplyReader(buffers: ReplyBuffers): ReplyReader {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  let socket: Pick<Readable, 'push'> | undefined
  /** The string that is being read, and how much of it is there. */
  let long: Buffer | undefined
  let filled = 0
  /** Of a short string, still to come: nothing in it is a line. */
  let skip = 0
  /** The part of a line that came with an earlier read. */
  let begun = ''

  /** @returns false when the reader wants no more for now */
  function pass(bytes: Buffer): boolean {
    return bytes.length === 0 || socket?.push(bytes) !== false
  }

  function passLong(whole: Buffer): boolean {
    long = undefined
    return pass(whole)
  }

  function readShort(bytes: Buffer): boolean {
    let passed = 0
    let at = 0
    let wantsMore = true
    const passUntil = (end: number): void => {
      // A copy: the decoder keeps what it is given, and this is read into again.
      wantsMore = pass(Buffer.from(bytes.subarray(passed, end)))
      passed = end
    }
    while (at < bytes.length) {
      if (skip > 0) {
        const step = Math.min(skip, bytes.length - at)
        skip -= step
        at += step
        continue
      }
      const end = bytes.indexOf(LF, at)
      if (end === -1) {
        begun += bytes.toString('latin1', at)
        break
      }
      const announced = sizedString.exec(begun + bytes.toString('latin1', at, end))?.[1]
      begun = ''
      at = end + 1
      if (announced === undefined) continue
      const length = Number(announced)
      if (length < buffers.minBytes || length > buffers.maxBytes) {
        skip = length + LINE_END_BYTES
        continue
      }
      passUntil(at)
      long = buffers.take(length + LINE_END_BYTES)
      filled = bytes.copy(long, 0, at)
      at += filled
      passed = at
      if (filled === long.length) wantsMore = passLong(long)
    }
    if (passed < bytes.length) passUntil(bytes.length)
    return wantsMore
  }

  return {
    attach(given) {
      socket = given
    },
    onread: {
      // Asked for after each read: the rest of a long string, and not a byte of what follows it, goes where it belongs.
      buffer: () => long?.subarray(filled) ?? scratch,
      callback(count) {
        if (long === undefined) return readShort(scratch.subarray(0, count))
        filled += count
        return filled < long.length || passLong(long)
      },
    },
  }
}
