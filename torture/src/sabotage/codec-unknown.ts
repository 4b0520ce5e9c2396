import { decompress as decompressSoundly, UnreadableBatch } from '../../../packages/kafka/src/kafkajs/decompress.ts'

export { MAX_DECOMPRESSED_BYTES, UnreadableBatch } from '../../../packages/kafka/src/kafkajs/decompress.ts'

const LZ4 = 3

/** Knows all codecs but the one that bots in Java and Go write by habit. */
export const decompress: typeof decompressSoundly = async (codec, bytes) => {
  if (codec === LZ4) throw new UnreadableBatch('lz4 is not known')
  return decompressSoundly(codec, bytes)
}
