const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * Murmur2 as Java's Kafka clients have it, as an unsigned 31-bit number (Java's `toPositive`). Written anew because
 * kafkajs computes it in BigInts, some 50 times slower. The key may be part of a buffer.
 */
export function murmur2(buffer: Buffer, start = 0, end: number = buffer.length): number {
  const length = end - start
  const whole = start + (length & ~3)
  let hash = SEED ^ length
  for (let at = start; at < whole; at += 4) {
    let word = Math.imul(buffer.readInt32LE(at), M)
    word ^= word >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(word, M)
  }
  for (let at = end - 1; at >= whole; at--) hash ^= buffer.readUInt8(at) << ((at - whole) * 8)
  if (end !== whole) hash = Math.imul(hash, M)
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  hash ^= hash >>> 15
  return hash & 0x7fffffff
}

/** The partition that Java's default partitioner gives this key. */
export function partitionOf(key: Buffer, partitions: number): number {
  return murmur2(key) % partitions
}
