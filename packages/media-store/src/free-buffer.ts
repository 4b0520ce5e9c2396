/**
 * Gives a buffer's memory back now instead of when the garbage collector comes round: pieces of media that outlive a
 * young collection would pile up until a full one. Only for a buffer that nobody looks at any more; it is empty afterwards.
 */
export function freeBuffer(buffer: Buffer): void {
  const memory = buffer.buffer
  // A part of something larger (a pool, what a socket read in one go) is not ours to end.
  const isOwner = buffer.length === memory.byteLength && buffer.length > 0
  if (isOwner && memory instanceof ArrayBuffer) memory.transfer(0)
}
