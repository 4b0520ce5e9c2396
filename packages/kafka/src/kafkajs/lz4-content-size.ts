const MAGIC = 0x184d2204
const BLOCK_CHECKSUM = 0x10
const CONTENT_SIZE = 0x08
const DICTIONARY_ID = 0x01
const UNCOMPRESSED = 0x80000000
const MIN_MATCH = 4

/**
 * How much an LZ4 frame holds, by its sequences' lengths: the content size in its header is optional, and anybody's word.
 *
 * @throws RangeError where the frame is cut off or is none.
 */
export function lz4ContentSize(frame: Buffer): number {
  if (frame.readUInt32LE(0) !== MAGIC) throw new RangeError('not an LZ4 frame')
  const flags = frame.readUInt8(4)
  const trailer = (flags & BLOCK_CHECKSUM) === 0 ? 0 : 4
  // Magic, flags, block size and the header's checksum, and what the flags add.
  let at = 7 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8) + ((flags & DICTIONARY_ID) === 0 ? 0 : 4)
  let size = 0
  for (;;) {
    const given = frame.readUInt32LE(at)
    at += 4
    if (given === 0) return size
    const length = given % UNCOMPRESSED
    if (at + length > frame.length) throw new RangeError('an LZ4 block is cut off')
    size += given >= UNCOMPRESSED ? length : blockContentSize(frame.subarray(at, at + length))
    at += length + trailer
  }
}

function blockContentSize(block: Buffer): number {
  let at = 0
  let size = 0
  /** A length of four bits, continued in bytes where these are all set. */
  const lengthFrom = (bits: number): number => {
    if (bits < 15) return bits
    let length = bits
    for (;;) {
      const byte = block.readUInt8(at++)
      length += byte
      if (byte !== 255) return length
    }
  }
  while (at < block.length) {
    const token = block.readUInt8(at++)
    const literals = lengthFrom(token >>> 4)
    size += literals
    at += literals
    // The last sequence has no match.
    if (at >= block.length) return size
    at += 2
    size += lengthFrom(token & 15) + MIN_MATCH
  }
  return size
}
