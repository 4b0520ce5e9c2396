/** Java's clients (snappy-java) put blocks of snappy into frames of their own; others write one block as it is. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** The magic and two versions. */
const xerialHeaderBytes = 16

/** The blocks of either form. @throws RangeError where a frame says more than there is. */
export function snappyChunks(bytes: Buffer): Buffer[] {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return [bytes]
  const chunks: Buffer[] = []
  for (let at = xerialHeaderBytes; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const start = at + 4
    at = start + length
    if (at > bytes.length) throw new RangeError('a snappy frame is cut off')
    chunks.push(bytes.subarray(start, at))
  }
  return chunks
}

/** What a block says of its own size; the format's decoder holds it to that. */
export function snappyContentSize(block: Buffer): number {
  let size = 0
  for (let at = 0; at < 5; at++) {
    const byte = block.readUInt8(at)
    size += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return size
  }
  throw new RangeError('a snappy block does not say its size')
}
