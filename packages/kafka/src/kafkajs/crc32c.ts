/** Castagnoli's polynomial, bits reversed. */
const polynomial = 0x82f63b78

/** Eight tables: the n-th has what a byte that is n places before the end of its eight does to the sum. */
const tables = makeTables()

function makeTables(): Uint32Array {
  const made = new Uint32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1
    made[byte] = sum
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] ?? 0
    made[at] = (before >>> 8) ^ (made[before & 0xff] ?? 0)
  }
  return made
}

/** The checksum of a record batch (CRC-32C), eight bytes a step; kafkajs takes one, and a tenth of a full producer's time. */
export function crc32c(bytes: Uint8Array): number {
  // `as number`: within its length a typed array has no holes.
  const t = tables
  const end = bytes.length
  let sum = -1
  let at = 0
  for (; at + 8 <= end; at += 8) {
    const low =
      sum ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24))
    sum =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[at + 4] as number)] as number) ^
      (t[512 + (bytes[at + 5] as number)] as number) ^
      (t[256 + (bytes[at + 6] as number)] as number) ^
      (t[bytes[at + 7] as number] as number)
  }
  for (; at < end; at++) sum = (sum >>> 8) ^ (t[(sum ^ (bytes[at] as number)) & 0xff] as number)
  return (sum ^ -1) >>> 0
}
