/** Zigzag varints hold int32 and, in seven bits a byte, timestamps' int64 as well: arithmetic instead of shifts. */
export function sizeOfVarint(value: number): number {
  let left = zigzag(value)
  let bytes = 1
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes++
  return bytes
}

/** @returns the place after it */
export function writeVarint(buffer: Uint8Array, value: number, start: number): number {
  let left = zigzag(value)
  let at = start
  for (; left >= 0x80; left = Math.floor(left / 0x80)) buffer[at++] = (left % 0x80) | 0x80
  buffer[at++] = left
  return at
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

/** Bytes, and how far they are read. */
export interface VarintReader {
  readonly bytes: Buffer
  at: number
}

/** @throws RangeError where the bytes end before it, or it is none */
export function readVarint(reader: VarintReader): number {
  let value = 0
  for (let scale = 1, count = 0; count < 10; scale *= 0x80, count++) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new RangeError('a varint is cut off')
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  throw new RangeError('a varint has too many bytes')
}
