/** What a record batch (format 2) costs before its first record: KIP-98's header. */
export const BATCH_OVERHEAD_BYTES = 61
/** Offset and timestamp deltas grow with a record's place in its batch; alone both are one byte. */
export const DELTA_GROWTH_BYTES = 8

/** Bytes of a zigzag varint that holds a length (-1 included). */
function lengthBytes(length: number): number {
  const zigzag = length < 0 ? 1 : length * 2
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x200000) return 3
  return zigzag < 0x10000000 ? 4 : 5
}

function fieldBytes(field: Buffer | null): number {
  return field === null ? 1 : lengthBytes(field.length) + field.length
}

/** Bytes of one record inside a batch, uncompressed; exact for a record that is alone in it. */
export function recordBytes(record: {
  key: Buffer | null
  value: Buffer | null
  headers: Readonly<Record<string, Buffer>>
}): number {
  let body = 3 + fieldBytes(record.key) + fieldBytes(record.value)
  let count = 0
  for (const [name, value] of Object.entries(record.headers)) {
    const nameBytes = Buffer.byteLength(name)
    body += lengthBytes(nameBytes) + nameBytes + fieldBytes(value)
    count++
  }
  body += lengthBytes(count)
  return lengthBytes(body) + body
}
