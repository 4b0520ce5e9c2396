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
