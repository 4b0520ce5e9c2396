import type { Cluster } from 'kafkajs'

/** Metadata with topic ids (KIP-516), Kafka 2.8 and later; kafkajs knows versions up to 6. */
const METADATA = { apiKey: 3, apiVersion: 12, apiName: 'Metadata' } as const
const ID_BYTES = 16
const NO_ID = '0'.repeat(2 * ID_BYTES)

/** What is used of a broker of kafkajs beyond its declarations. */
interface Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null
  readonly connectionPool: { send(exchange: object): Promise<unknown> }
}

/**
 * The ids that Kafka gave to topics when they were made, in hexadecimal digits; undefined where Kafka is too old to have any. A
 * topic that is not there is left out.
 */
export async function fetchTopicIds(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const found: unknown = await (cluster as { findControllerBroker?: () => Promise<unknown> }).findControllerBroker?.()
  const broker = found as Broker // see the interface
  if ((broker.versions?.[METADATA.apiKey]?.maxVersion ?? 0) < METADATA.apiVersion) return undefined
  const body = encodeRequest(topics)
  return broker.connectionPool.send({
    // kafkajs copies from an encoder's `buffer`, and knows one by its `buf`.
    request: { ...METADATA, encode: async () => ({ buf: body, buffer: body, offset: body.length }) },
    response: { decode: async (bytes: Buffer) => decodeTopicIds(bytes), parse: async (ids: unknown) => ids },
  }) as Promise<ReadonlyMap<string, string>>
}

/** The header's tags, for which kafkajs has no place, come first. */
export function encodeRequest(topics: readonly string[]): Buffer {
  const names = topics.map((topic) => {
    const name = Buffer.from(topic)
    return Buffer.concat([Buffer.alloc(ID_BYTES), unsigned(name.length + 1), name, NO_TAGS])
  })
  return Buffer.concat([NO_TAGS, unsigned(topics.length + 1), ...names, NO, NO, NO_TAGS])
}

const NO_TAGS = Buffer.from([0])
const NO = Buffer.from([0])

function unsigned(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80)
  return Buffer.from([...bytes, left])
}

/** @throws RangeError where the answer ends too early */
export function decodeTopicIds(bytes: Buffer): ReadonlyMap<string, string> {
  const reader = createReader(bytes)
  reader.tags()
  reader.skip(4)
  reader.array(() => {
    reader.skip(4)
    reader.text()
    reader.skip(4)
    reader.text()
    reader.tags()
  })
  reader.text()
  reader.skip(4)
  const ids = new Map<string, string>()
  reader.array(() => {
    const error = reader.int16()
    const name = reader.text()
    const id = reader.take(ID_BYTES).toString('hex')
    reader.skip(1)
    reader.array(() => {
      reader.skip(14)
      for (let lists = 3; lists > 0; lists--) reader.array(() => reader.skip(4))
      reader.tags()
    })
    reader.skip(4)
    reader.tags()
    if (error === 0 && id !== NO_ID) ids.set(name, id)
  })
  return ids
}

function createReader(bytes: Buffer) {
  let at = 0
  const length = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes.readUInt8(at++)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new RangeError('the answer is cut off')
    at += count
    return bytes.subarray(at - count, at)
  }
  return {
    take,
    skip: (count: number) => void take(count),
    int16: () => take(2).readInt16BE(0),
    /** Lengths are one more than they are; none is null. */
    text: () => take(Math.max(0, length() - 1)).toString(),
    array: (item: () => void) => {
      for (let left = length() - 1; left > 0; left--) item()
    },
    tags: () => {
      for (let left = length(); left > 0; left--) {
        length()
        take(length())
      }
    },
  }
}
